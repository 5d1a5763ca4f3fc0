"""One WebSocket of one auction: frames in, the mailbox out. Nothing is decided here."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import Error as DatabaseError

from auctions.domain.visibility import Role
from auctions.realtime import messages as m
from auctions.realtime import metrics
from auctions.realtime.entry import Guest, admit
from auctions.realtime.errors import Busy, NotAllowed, NotReceived, OutcomeUnknown, Unavailable
from auctions.realtime.handover import Handover
from auctions.realtime.hub import hub
from auctions.realtime.mailbox import CLOSE_RETRY, Mailbox
from auctions.realtime.observing import onlookers
from auctions.realtime.origin import hashed
from auctions.realtime.party import check_ref
from auctions.realtime.process import gate, is_ready, ready_gate
from auctions.realtime.rate import FrameLimiter
from auctions.realtime.revocation import Revocations
from auctions.realtime.status import status_of
from auctions.realtime.wire import (
    COMMAND_MESSAGES,
    ENCODER,
    command_of,
    in_language,
    parse,
    refused,
)
from infra.requests import HEADER, acting, request_id
from infra.sockets.frames import FrameWriter, frame_writer, text_frame
from kernel.clock import moment_to_wire
from kernel.errors import FairfallError

log = structlog.get_logger(__name__)

LARGEST_FRAME = 16 * 1024
MOST_IN_FLIGHT = 8
MOST_MALFORMED = 10
SNAPSHOT_EVERY = 1.0
WELCOME_WITHIN = 30.0  # seconds; then the client had better come back than wait in silence
UNDECIDED = frozenset((Unavailable.code, OutcomeUnknown.code, NotReceived.code))


class AuctionConsumer(AsyncWebsocketConsumer):
    """Speaks ``fairfall.v1`` with one client."""

    channel_layer_alias = None  # auctions need no groups; revocation has a channel of its own

    auction_id: UUID
    guest: Guest
    mailbox: Mailbox
    _answers: Handover
    _writer: FrameWriter | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._frames = FrameLimiter()
        self._in_flight = 0
        self._malformed = 0
        self._joined = False
        self._closing = False
        self._snapshot_asked = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """As Channels does it, but without two tasks for each frame: there is no layer to hear."""
        self.scope, self.base_send, self.channel_layer = scope, send, None
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass

    async def dispatch(self, message: Any) -> None:
        """Before each message Channels looks for stale database connections, on a thread that all
        sockets share. A frame must not queue for it: what it needs the database for is done on
        threads that look after their connections themselves."""
        if message["type"] == "websocket.receive":
            await self.websocket_receive(message)
        else:
            await super().dispatch(message)

    # Coming and going ---------------------------------------------------------------------

    async def connect(self) -> None:
        self.auction_id = self.scope["url_route"]["kwargs"]["auction_id"]
        self._writer = frame_writer(self.scope)
        self.mailbox = Mailbox(self._write, self._end_soon, self._want_snapshot, self._writer)
        self._name()
        await self.accept()
        query = parse_qs(self.scope.get("query_string", b"").decode("latin-1"))
        try:
            async with asyncio.timeout(WELCOME_WITHIN):
                await self._welcome(query)
        except FairfallError as error:
            await self._end(_close_code(error))
            return
        except Exception:
            log.exception("a socket could not be welcomed")
            await self._end(CLOSE_RETRY)
            return
        self._answers = hub().answers
        self._joined = True
        self._frames.make_room(hub().commands_per_second(self.auction_id))
        log.info("socket opened", audience=self.guest.viewer.role.value)
        self._seen_by_others()
        seat = self.guest.place.viewer.seat
        if seat is not None:
            origin = hashed(self.scope, self.auction_id)
            hub().connections.opened(self.auction_id, seat, self, origin)
        if self.guest.user_id is not None and self.guest.company_id is not None:
            self._spawn(Revocations(self.guest.user_id, self.guest.session, self.guest.company_id)
                        .wait(self._revoked))  # fmt: skip
        hub().rechecks.enter(self, self.auction_id, self.guest, self._unwelcome)

    async def _welcome(self, query: dict[str, list[str]]) -> None:
        """Let the client in and put the whole state into its mailbox."""
        self.guest = await admit(self.scope, query, self.auction_id)
        if self.guest.user_id is not None:
            acting(user_id=self.guest.user_id, company_id=self.guest.company_id)
        if self.guest.link_id is not None:
            onlookers.enter(self.auction_id, self)
        if not is_ready():
            await asyncio.to_thread(ready_gate)
        self._spawn(self.mailbox.run())
        await hub().join(self.auction_id, self.guest.viewer, self.mailbox, self.guest.you)

    def _name(self) -> None:
        """Name the socket in every line of the log that comes of it: its handlers share a task."""
        headers = dict(self.scope.get("headers", ()))
        given = headers.get(HEADER.lower().encode(), b"").decode("latin-1")
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request_id=request_id(given), auction_id=str(self.auction_id)
        )

    async def disconnect(self, code: int) -> None:
        by_platform, self._closing = self._closing, True
        for task in self._tasks:
            task.cancel()
        onlookers.leave(self.auction_id, self)
        if self._joined:
            self._joined = False
            hub().rechecks.leave(self)
            log.info("socket closed", code=code)
            hub().connections.ended(self, code, by_platform=by_platform)
            hub().presence.leave(self.auction_id, self.guest.place.viewer.seat, self)
            await hub().leave(self.auction_id, self.guest.viewer, self.mailbox)

    async def _end(self, code: int) -> None:
        """Say why, then close."""
        if self._closing:
            return
        self._closing = True
        reason = m.CLOSE_CODES.get(code, "")
        metrics.CLOSED.labels(str(code)).inc()
        last = ENCODER.encode(m.Ended(code=code, reason=reason))
        try:
            if self._writer is None:
                await self._write(last.decode())
            else:
                self._writer.write(text_frame(last))  # a reader that is stuck need not be told
            await self.close(code)
        except Exception:
            log.debug("the socket was gone before it could be closed", exc_info=True)

    def _end_soon(self, code: int) -> None:
        self._spawn(self._end(code))

    async def _write(self, text: str) -> None:
        await self.send(text_data=text)

    async def _revoked(self) -> None:
        await self._end(4409)

    async def _unwelcome(self, error: FairfallError) -> None:
        await self._end(_close_code(error, started=True))

    def _seen_by_others(self, rtt: float | None = None) -> None:
        seat = self.guest.place.viewer.seat
        if seat is not None:
            hub().connected(self.auction_id, seat, self, rtt)
            if rtt is not None:
                hub().connections.measured(self, rtt)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not self._closing:
            log.warning("a socket's task failed", exc_info=error)
            self._end_soon(CLOSE_RETRY)  # whatever it would have said must not stay unsaid

    # Frames -------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._closing or not self._joined:
            return
        frame = text_data if text_data is not None else bytes_data or b""
        if not self._frames.allow():
            await self._end(4429)
            return
        if len(frame) > LARGEST_FRAME:
            await self._end(4400)
            return
        try:
            message = parse(frame)
        except FairfallError as error:
            self._malformed += 1
            if self._malformed > MOST_MALFORMED:
                await self._end(4400)
                return
            metrics.turned_away(None, error.code)
            self._answer(refused(None, error))
            return
        self._take(message)

    def _take(self, message: Any) -> None:
        """React to a message; never waits, so that the next frame is stamped in time."""
        match message:
            case m.Ping():
                now = gate().stamps.now()
                self._send(m.Pong(t=message.t, now=moment_to_wire(now),
                                  now_ms=now.timestamp() * 1000))  # fmt: skip
                if message.rtt is not None:
                    self._seen_by_others(min(max(0.0, message.rtt), 60_000.0))
            case m.Seen():
                self.mailbox.seen(message.cursor)
            case m.NeedSnapshot():
                self._want_snapshot()
            case m.Status():
                self._question(message.ref, self._status(message.ref))
            case m.Abandon():
                self._abandon(message.ref)
            case _ if isinstance(message, COMMAND_MESSAGES):
                self._command(message)

    def _command(self, message: Any) -> None:
        party = self.guest.place.party
        try:
            if party is None:
                raise self.guest.place.refusal or NotAllowed()
            if self._in_flight >= MOST_IN_FLIGHT:
                raise Busy()
            command = command_of(self._by_seat(message), party, self.auction_id)
        except FairfallError as error:
            metrics.turned_away(None, error.code)
            self._answer(refused(message.ref, error))
            return
        self._await(gate().submit(command, auction_id=self.auction_id, party=party))

    def _by_seat(self, message: Any) -> Any:
        """A blind buyer names seats by alias."""
        if self.guest.viewer.role is not Role.BUYER_BLIND:
            return message
        return hub().around(self.auction_id).by_seat(message)

    def _abandon(self, ref: str) -> None:
        party = self.guest.place.party
        try:
            if party is None:
                raise self.guest.place.refusal or NotAllowed()
            if self._in_flight >= MOST_IN_FLIGHT:
                raise Busy()
            future = gate().abandon(check_ref(ref), auction_id=self.auction_id, party=party)
        except FairfallError as error:
            metrics.turned_away(None, error.code)
            self._answer(refused(ref, error))
            return
        self._await(future)

    def _await(self, future: Future[Any]) -> None:
        self._in_flight += 1
        self._answers.when_done(future, self._decided)

    def _decided(self, answer: Any) -> None:
        self._in_flight -= 1
        if isinstance(answer, m.Refused) and answer.code in UNDECIDED:
            log.warning("a command was not decided", ref=answer.ref, code=answer.code)
        self._answer(answer)

    def _question(self, ref: str, work: Coroutine[Any, Any, Any]) -> None:
        if self._in_flight >= MOST_IN_FLIGHT:
            work.close()
            self._answer(refused(ref, Busy()))
            return
        self._in_flight += 1
        self._spawn(work)

    async def _status(self, ref: str) -> None:
        try:
            party = self.guest.place.party
            if party is None:
                self._answer(refused(ref, self.guest.place.refusal or NotAllowed()))
                return
            ask = database_sync_to_async(status_of, thread_sensitive=False)
            try:
                found = await ask(gate(), auction_id=self.auction_id, party=party.key, ref=ref)
            except DatabaseError:
                log.warning("a status could not be read", exc_info=True)
                found = m.UnknownRef(ref=ref, pending=True)  # not known now: ask again
            self._answer(found)
        finally:
            self._in_flight -= 1

    def _answer(self, answer: Any) -> None:
        if isinstance(answer, m.Refused):
            answer = in_language(answer, self.guest.language)
        self._send(answer)

    def _send(self, message: Any) -> None:
        self.mailbox.answer(ENCODER.encode(message))

    def _want_snapshot(self) -> None:
        """At most one a second: a snapshot costs much more than it takes to ask for it."""
        now = asyncio.get_running_loop().time()
        wait = max(0.0, self._snapshot_asked + SNAPSHOT_EVERY - now)
        if wait > SNAPSHOT_EVERY / 2 and self._snapshot_asked > now:
            return
        self._snapshot_asked = now + wait
        self._spawn(self._snapshot_after(wait))

    async def _snapshot_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            await hub().refresh(self.auction_id, self.guest.viewer, self.mailbox, self.guest.you)
        except Exception:
            # Whoever was behind is told nothing before it: let it come back and be welcomed anew.
            log.warning("a snapshot could not be made", exc_info=True)
            await self._end(CLOSE_RETRY)


def _close_code(error: FairfallError, *, started: bool = False) -> int:
    code = error.code
    if code == "auction.observer_link_invalid":
        return 4410
    if code == "auction.too_many_observers":
        return 4430
    if code in ("access.ticket_invalid", "access.not_signed_in", "access.token_expired"):
        return 4409 if started else 4401
    if code == "auction.unknown":
        return 4403 if started else 4404
    if code == "access.not_a_member" and started:
        return 4409
    return 4403
