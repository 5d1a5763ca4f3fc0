"""Who may open a socket, before any room is asked."""

from __future__ import annotations

import pytest
from channels.testing import WebsocketCommunicator

from config.websockets import websocket_application

# A refused handshake, too, looks after the thread's database connection.
pytestmark = pytest.mark.django_db


async def handshake(*headers: tuple[bytes, bytes]) -> tuple[bool, int | None]:
    communicator = WebsocketCommunicator(websocket_application(), "/no/such/socket", headers)
    answer = await communicator.connect()
    await communicator.disconnect()
    return answer


async def test_an_address_nobody_answers_is_refused() -> None:
    assert await handshake() == (False, 4404)


async def test_a_page_of_ours_is_let_through_to_the_rooms() -> None:
    assert await handshake((b"origin", b"http://localhost:8000")) == (False, 4404)


@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", b"http://localhost.evil"])
async def test_another_sites_page_is_refused_first(origin: bytes) -> None:
    connected, code = await handshake((b"origin", origin))

    assert not connected
    assert code != 4404
