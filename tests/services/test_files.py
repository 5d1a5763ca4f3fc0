"""What is taken and what is refused: content decides, and every refusal has its own reason."""

from __future__ import annotations

import io
import struct
import threading
from collections.abc import Callable
from socket import AF_INET, socket
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.files import clamd
from infra.files.errors import FileRefused
from infra.files.inspection import Inspected, inspect
from infra.files.kinds import FileKind
from tests import files_made as made
from tests.files_made import Upload

ALL = frozenset(FileKind)
LARGEST = 20 * 1024 * 1024


def look(name: str, content: bytes, **options: object) -> Inspected:
    given: dict[str, object] = {"largest": LARGEST, "allowed": ALL, **options}
    return inspect(name=name, file=Upload(content), **given)  # type: ignore[arg-type]


def reason(name: str, content: bytes, **options: object) -> str:
    with pytest.raises(FileRefused) as refused:
        look(name, content, **options)
    assert refused.value.field == "file"
    assert "{" not in refused.value.message, "a place of the sentence was not filled"
    return refused.value.code.removeprefix("files.")


@pytest.mark.parametrize(
    ("name", "make", "kind"),
    [
        ("extract.pdf", made.pdf, FileKind.PDF),
        ("Витяг 2026.04.pdf", made.pdf, FileKind.PDF),
        ("scan.png", made.picture, FileKind.PNG),
        ("photo.JPG", lambda: made.picture("JPEG"), FileKind.JPEG),
        ("articles.docx", made.docx, FileKind.DOCX),
        ("owners.xlsx", made.xlsx, FileKind.XLSX),
        ("contract.asice", made.asice, FileKind.ASIC),
        ("contract.p7s", made.p7s, FileKind.P7S),
        ("contract.pdf.p7s", made.p7s, FileKind.P7S),
        ("contract.signed.pdf", made.pdf, FileKind.PDF),
    ],
)
def test_sound_files_are_taken_as_what_they_are(
    name: str, make: Callable[[], bytes], kind: FileKind
) -> None:
    seen = look(name, make())

    assert (seen.name, seen.kind, seen.size) == (name, kind, len(seen.content))
    assert len(seen.sha256) == 64


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../../etc/passwd.pdf", "name_unsafe"),
        ("C:\\temp\\a.pdf", "name_unsafe"),
        ("a\0.pdf", "name_unsafe"),
        ("invoice\u202efdp.exe.pdf", "name_unsafe"),
        ("zero\u200bwidth.pdf", "name_unsafe"),
        (".pdf", "name_unsafe"),
        ("", "name_unsafe"),
        ("a" * 200 + ".pdf", "name_too_long"),
        ("extract.exe.pdf", "double_extension"),
        ("extract.docx.pdf", "double_extension"),
        ("extract.html .pdf", "double_extension"),
        ("extract.pdf.exe", "extension_mismatch"),
        ("extract.png", "extension_mismatch"),
        ("extract", "extension_mismatch"),
    ],
)
def test_a_name_is_neither_a_path_nor_a_disguise(name: str, why: str) -> None:
    assert reason(name, made.pdf()) == why


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>x()</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("logo.svg", SVG, "SVG"),
        ("logo.png", SVG, "SVG"),
        ("page.pdf", HTML, "HTML"),
        ("tool.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + b"\0" * 200, "EXE"),
        ("text.pdf", b"only words", "?"),
        ("old.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, None),
        ("archive.zip", made.archive({"a.txt": "a"}), None),
        ("cut.docx", made.docx()[:200], None),
    ],
)
def test_other_types_are_named_and_refused(name: str, content: bytes, found: str | None) -> None:
    with pytest.raises(FileRefused) as refused:
        look(name, content)

    assert refused.value.code == "files.type_not_allowed"
    assert found is None or refused.value.data["found"] == found
    assert "PDF" in refused.value.data["allowed"]


def test_the_operator_narrows_the_types() -> None:
    allowed = frozenset({FileKind.PDF})

    assert reason("scan.png", made.picture(), allowed=allowed) == "type_not_allowed"
    assert look("a.pdf", made.pdf(), allowed=allowed).kind is FileKind.PDF


def test_empty_and_too_large() -> None:
    assert reason("a.pdf", b"") == "empty"
    assert reason("a.pdf", made.pdf(), largest=100) == "too_large"

    class Unread(Upload):
        def read(self, *_: object) -> bytes:
            raise AssertionError("a file that says it is too large is not read")

    with pytest.raises(FileRefused) as refused:
        inspect(name="a.pdf", file=Unread(b"", size=1 << 30), largest=LARGEST, allowed=ALL)
    assert refused.value.code == "files.too_large"
    # One that lies about its size is read no further than the limit.
    with pytest.raises(FileRefused) as lied:
        inspect(name="a.pdf", file=Upload(b"x" * 101, size=1), largest=100, allowed=ALL)
    assert lied.value.code == "files.too_large"


PNG, JPEG = made.picture(), made.picture("JPEG")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", made.pdf() + made.archive({"a.js": "x()"}), "ambiguous"),
        ("a.pdf", made.pdf() + made.archive({"a": b"\x07" * 9000}), "ambiguous"),
        ("a.pdf", made.pdf() + HTML, "ambiguous"),
        ("a.pdf", made.pdf()[:-400], "damaged"),
        ("a.png", PNG + HTML, "ambiguous"),
        ("a.png", PNG + made.archive({"a": "b"}), "ambiguous"),
        ("a.png", made.with_chunk(PNG, b"tEXt", b"c\0<script>x()</script>"), "ambiguous"),
        ("a.png", made.with_chunk(PNG, b"tEXt", b"c\0%PDF-1.7"), "ambiguous"),
        ("a.png", PNG[:-20], "damaged"),
        ("a.png", PNG[:40] + b"\xff" + PNG[41:], "damaged"),
        ("a.jpg", JPEG + HTML, "ambiguous"),
        ("a.jpg", JPEG + made.archive({"a": "b"}), "ambiguous"),
        ("a.jpg", JPEG[:4] + b"junk", "damaged"),
        ("a.p7s", made.p7s() + HTML, "damaged"),
        ("a.docx", made.docx() + HTML, "ambiguous"),
    ],
)
def test_what_can_be_read_as_two_types_or_does_not_hold_together(
    name: str, content: bytes, why: str
) -> None:
    assert reason(name, content) == why


def test_a_picture_of_absurd_size_is_refused_before_it_is_unpacked() -> None:
    huge = bytearray(PNG)
    huge[16:24] = struct.pack(">II", 60_000, 60_000)
    import zlib

    huge[29:33] = struct.pack(">I", zlib.crc32(bytes(huge[12:29])))
    assert reason("a.png", bytes(huge)) == "expands"


def test_archives_that_unpack_without_end() -> None:
    assert reason("a.docx", made.docx({"word/media/a.bin": b"\0" * (60 << 20)})) == "expands"
    many = made.docx({f"word/p{number}.xml": "" for number in range(2_100)})
    assert reason("a.docx", many) == "expands"


def test_a_size_that_lies_is_found_by_unpacking() -> None:
    honest = bytearray(made.docx({"word/media/a.bin": b"\0" * 500_000}))
    # The central list claims one byte; the stream holds half a million.
    at = honest.rfind(b"word/media/a.bin") - 46
    honest[at + 24 : at + 28] = struct.pack("<I", 1)
    assert reason("a.docx", bytes(honest)) in {"damaged", "expands"}


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        ("../outside.xml", "inner_path"),
        ("/etc/passwd", "inner_path"),
        ("C:/windows/a.xml", "inner_path"),
        ("word\\a.xml", "inner_path"),
        ("WORD/DOCUMENT.XML", "inner_path"),
        ("word/vbaProject.bin", "macro"),
        ("word/embeddings/oleObject1.bin", "active_content"),
        ("word/activeX/activeX1.xml", "active_content"),
        ("word/media/tool.exe", "active_content"),
    ],
)
def test_parts_of_an_archive(inner: str, why: str) -> None:
    assert reason("a.docx", made.docx({inner: "x"})) == why


def test_macros_by_their_content_type_and_parts_fetched_from_elsewhere() -> None:
    types = '<Types ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    link = '<Relationship Type="{}/{}" TargetMode="External" Target="http://evil.example/"/>'
    schema = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    assert reason("a.docx", made.docx({"[Content_Types].xml": types})) == "macro"
    template = {"word/_rels/settings.xml.rels": link.format(schema, "attachedTemplate")}
    assert reason("a.docx", made.docx(template)) == "active_content"
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert reason("a.docx", made.docx({"word/styles.xml": bomb})) == "active_content"
    page = {"word/_rels/document.xml.rels": link.format(schema, "hyperlink")}
    assert look("a.docx", made.docx(page)).kind is FileKind.DOCX


def test_a_password_and_a_stowaway_in_front() -> None:
    locked = bytearray(made.docx())
    at = locked.rfind(b"word/document.xml") - 46
    locked[at + 8] |= 1
    assert reason("a.docx", bytes(locked)) == "encrypted"

    out = io.BytesIO()
    out.write(b"PK\x03\x04 not a part")
    with ZipFile(out, "a", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.etsi.asic-e+zip", ZIP_STORED)
    assert reason("a.asice", out.getvalue()) == "ambiguous"


@given(st.binary(max_size=400), st.sampled_from(sorted(FileKind)), st.integers(0, 3000))
def test_no_bytes_at_all_lead_to_anything_but_a_reason(
    noise: bytes, kind: FileKind, at: int
) -> None:
    sound = SOUND[kind]
    for content in (noise, sound[:at] + noise + sound[at + len(noise) :], sound[:at] + noise):
        try:
            seen = look(f"a.{'jpg' if kind is FileKind.JPEG else kind}", content)
        except FileRefused:
            continue
        assert seen.content == content


SOUND = {
    FileKind.PDF: made.pdf(), FileKind.PNG: PNG, FileKind.JPEG: JPEG, FileKind.DOCX: made.docx(),
    FileKind.XLSX: made.xlsx(), FileKind.ASIC: made.asice(), FileKind.P7S: made.p7s(),
}  # fmt: skip


class Clamd:
    """A server that speaks clamd's INSTREAM and finds EICAR's words."""

    def __init__(self, answer: bytes | None = None) -> None:
        self.listening = socket(AF_INET)
        self.listening.bind(("127.0.0.1", 0))
        self.listening.listen()
        self.answer, self.received = answer, b""
        self.url = f"tcp://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                self.received = b""
                while length := struct.unpack(">I", stream.read(4))[0]:
                    self.received += stream.read(length)
                found = b"EICAR-STANDARD" in self.received
                said = b"stream: Eicar-Signature FOUND" if found else b"stream: OK"
                connection.sendall((self.answer or said) + b"\0")

    def close(self) -> None:
        self.listening.close()


def test_clamd_is_asked_by_its_protocol() -> None:
    server = Clamd()
    content = b"%PDF" * 50_000

    assert clamd.scan(io.BytesIO(content), url=server.url).clean
    assert server.received == content
    found = clamd.scan(io.BytesIO(b"X5O!P%@AP EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"), url=server.url)
    assert found.signature == "Eicar-Signature"
    server.close()


def test_a_scanner_that_is_away_or_fails_says_nothing_about_the_file() -> None:
    failing = Clamd(b"INSTREAM size limit exceeded. ERROR")
    with pytest.raises(clamd.ScannerAway, match="size limit"):
        clamd.scan(io.BytesIO(b"x"), url=failing.url)
    failing.close()
    with pytest.raises(clamd.ScannerAway):
        clamd.scan(io.BytesIO(b"x"), url="tcp://127.0.0.1:1")
    with pytest.raises(clamd.ScannerAway):
        clamd.scan(io.BytesIO(b"x"), url="unix:///nowhere/clamd.sock")
