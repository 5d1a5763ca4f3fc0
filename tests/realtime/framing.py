"""Reading frames of a server, by ``websockets`` itself."""

from __future__ import annotations

from collections.abc import Iterator

from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader


def payloads_of(frames: bytes) -> Iterator[bytes]:
    """The texts of whole, final, unmasked text frames; raises on anything else."""
    reader = StreamReader()
    reader.feed_data(frames)
    while reader.buffer:
        frame = _next(reader)
        assert frame.opcode is Opcode.TEXT
        assert frame.fin
        yield bytes(frame.data)


def _next(reader: StreamReader) -> Frame:
    parsing = Frame.parse(reader.read_exact, mask=False)
    try:
        next(parsing)
    except StopIteration as done:
        frame: Frame = done.value
        return frame
    raise AssertionError("the last frame is cut off")
