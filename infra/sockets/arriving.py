"""The frames that nearly all are: one whole text message each, short, from a client.

A library reads frames one state after the other, as they may come in pieces and as parts of
messages. What stands whole at the beginning of what has arrived needs none of it.
"""

from __future__ import annotations

from websockets.frames import apply_mask

_TEXT, _MASKED = 0x81, 0x80  # final and text, without extensions; with a mask (RFC 6455, 5.2)
_SHORT, _TWO_BYTES = 125, 126
_HEAD, _LONGER_HEAD = 6, 8


def whole_texts(data: bytes, longest: int) -> tuple[list[str], int]:
    """The text messages that stand whole at the beginning of ``data``, and how many bytes they
    take. It ends before whatever is not such a message, or has more than ``longest`` bytes: what
    follows is for somebody else."""
    found: list[str] = []
    at, end = 0, len(data)
    while at + _HEAD <= end and data[at] == _TEXT:
        length = data[at + 1] - _MASKED
        if 0 <= length <= _SHORT:
            head = _HEAD
        elif length == _TWO_BYTES and at + _LONGER_HEAD <= end:
            length, head = int.from_bytes(data[at + 2 : at + 4]), _LONGER_HEAD
            if length <= _SHORT:
                break  # not the shortest way to say so: an error for the library to tell
        else:
            break
        start = at + head
        if length > longest or start + length > end:
            break
        try:
            text = apply_mask(data[start : start + length], data[start - 4 : start]).decode()
        except UnicodeDecodeError:
            break
        found.append(text)
        at = start + length
    return found, at
