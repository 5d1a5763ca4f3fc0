"""JSON as the API takes it. A module of its own: the settings name the class."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class PlainJSONParser(JSONParser):
    """JSON whose texts a database can hold, nested as deep as the reader can follow.

    Anything else is a ParseError: NUL, half a surrogate pair, brackets without end.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The document, each of whose texts can be stored, hashed and sent."""
        try:
            document = super().parse(stream, media_type, parser_context)
            _check(document)
        except RecursionError as error:
            raise ParseError("nested too deep") from error
        except UnicodeEncodeError as error:
            raise ParseError("half a surrogate pair") from error
        except _Nul as error:
            raise ParseError("NUL in a text") from error
        return document


class _Nul(Exception):
    pass


def _check(value: Any) -> None:
    if isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise _Nul
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check(name)
            _check(inner)
    elif isinstance(value, list):
        for inner in value:
            _check(inner)
