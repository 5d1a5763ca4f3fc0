"""XML read element by element, with nothing that a hostile file could use switched on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from lxml import etree

from crm_core.screening.formats.listed import FileRefused, clean

Element = etree._Element
_SAFE = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def elements(path: Path, tags: Collection[str]) -> Iterator[Element]:
    """Each element with one of the local names, complete; forgotten when the next one is asked for.

    The elements must not lie within each other. Raises FileRefused: the file is not well-formed or
    declares a document type, of which entities could be made.
    """
    try:
        with path.open("rb") as file:
            stream = etree.iterparse(file, events=("start", "end"), **_SAFE)
            first = True
            for event, element in stream:
                if first:
                    first = False
                    if element.getroottree().docinfo.doctype:
                        raise FileRefused("document_type")
                if event != "end" or local(element) not in tags:
                    continue
                yield element
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise FileRefused("xml_malformed", clean(str(error))[:200]) from None


def root_name(path: Path) -> str:
    """The local name of the document's element, or nothing when it is no XML."""
    try:
        with path.open("rb") as file:
            for _, element in etree.iterparse(file, events=("start",), **_SAFE):
                return local(element)
    except etree.XMLSyntaxError:
        pass
    return ""


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element, *path: str) -> Iterator[Element]:
    """The elements at the end of a path of local names."""
    if not path:
        yield element
        return
    for child in element:
        if local(child) == path[0]:
            yield from children(child, *path[1:])


def child(element: Element, *path: str) -> Element | None:
    """The first element at the end of a path of local names."""
    return next(children(element, *path), None)


def text(element: Element, *path: str) -> str:
    """The text of the first element at the end of a path, cleaned; nothing where there is none."""
    found = child(element, *path)
    return clean(found.text) if found is not None else ""


def texts(element: Element, *path: str) -> list[str]:
    """The texts of all elements at the end of a path that have one."""
    return [whole for each in children(element, *path) if (whole := clean(each.text))]


def _forget(element: Element) -> None:
    element.clear()
    while element.getprevious() is not None:
        parent = element.getparent()
        if parent is None:
            return
        del parent[0]
