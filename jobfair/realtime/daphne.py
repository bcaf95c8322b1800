"""Daphne, with what the kernel needs of it: backpressure, limits before buffering, and a drain on SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

from daphne import http_protocol
from daphne.server import Server as DaphneServer
from daphne.server import twisted_loop
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.defer import Deferred

from jobfair.realtime.bodies import BoundedRequest
from jobfair.realtime.connection import CAP_BYTES, FLOW
from jobfair.realtime.frames import Frame
from jobfair.realtime.hub import get_hub
from jobfair.realtime.protocol import FRAME_BYTES, Close

logger = logging.getLogger(__name__)
SEND_BUFFER = 64 * 1024  # bytes the kernel holds per socket
LARGEST_FRAME = (
    2 * FRAME_BYTES
)  # a little too long is answered with an error, more is closed with 1009 unread
HANDSHAKE_SECONDS = 20  # when thousands come back at once, whoever is cut off comes back again
WAITING_FRAMES = 200  # a client this far ahead of our answers is closed
PING_SECONDS = 20
PONG_SECONDS = 30  # silent for PING_SECONDS + PONG_SECONDS: ended
SPREAD_SECONDS = 4.0  # sockets are closed over this time, so that they don't all come back at once
CHECK_SECONDS = 2.0  # until each connection has been looked at once more
CHECK_SHARES = 40
DRAIN_SECONDS = 6.5  # then what still runs is cut off


class TransportFlow:
    """connection.Flow over a Twisted transport, which calls the last three methods (their names are Twisted's)."""

    def __init__(self, protocol: WebSocketProtocol) -> None:
        self._protocol = protocol
        self._room = asyncio.Event()
        self._room.set()

    def has_room(self) -> bool:
        return self._room.is_set()

    async def room(self) -> None:
        await self._room.wait()

    def write(self, frame: Frame) -> None:
        """To the operating system at once where it takes it: no turn of the loop, no poll for one more socket."""
        if self._protocol.state != WebSocketProtocol.STATE_OPEN:
            return
        transport, wire = self._protocol.transport, frame.wire
        sent = 0 if waits(transport) else transport.writeSomeData(wire)
        if not isinstance(sent, int):  # it is lost, which the transport will find out in its own way
            sent = 0
        if sent < len(wire):
            transport.write(wire[sent:])

    def pauseProducing(self) -> None:  # noqa: N802
        self._room.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self._room.set()

    def stopProducing(self) -> None:  # noqa: N802
        self._room.set()


def waits(transport: Any) -> bool:
    """Whether something written earlier has not left yet (twisted.internet.abstract.FileDescriptor's two buffers)."""
    return bool(transport.dataBuffer or transport._tempDataBuffer)


class SocketProtocol(WebSocketProtocol):  # type: ignore[misc]
    def onConnect(self, request: Any) -> Any:  # noqa: N802
        self.flow = TransportFlow(self)
        self.transport.unregisterProducer()  # the HTTP channel that this was before the upgrade
        self.transport.registerProducer(self.flow, True)
        self.transport.getHandle().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        return super().onConnect(request)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        if self.application_queue.qsize() < WAITING_FRAMES:
            super().onMessage(payload, isBinary)
        else:
            self.sendClose(int(Close.TOO_SLOW), "too many frames at once")

    def onMessageFrameBegin(self, length: int) -> None:  # noqa: N802
        super().onMessageFrameBegin(length)
        if self.failedByMe:  # too long: the close frame says so, and nothing more is read until we hang up
            self.transport.pauseProducing()

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close" and message.get("reason") and self.state == self.STATE_OPEN:
            self.sendClose(message["code"], message["reason"])  # Daphne's own leaves the reason out
        else:
            super().handle_reply(message)

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        super().connectionLost(reason)
        if hasattr(self, "flow"):
            self.flow.stopProducing()


class Server(DaphneServer):  # type: ignore[misc]
    """Stops in good order on SIGTERM and SIGINT; a second signal stops at once."""

    def __init__(self, *, application: Any, endpoints: list[str], ready: Callable[[], None] | None) -> None:
        super().__init__(
            application=application,
            endpoints=endpoints,
            signal_handlers=False,
            server_name="jobfair",
            ready_callable=self._make_ready,
            verbosity=0,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            websocket_max_frame_size=LARGEST_FRAME,
            websocket_max_message_size=CAP_BYTES,  # autobahn holds what we send to it, too
        )
        self._ready = ready
        self._ports: list[Any] = []
        self._draining: asyncio.Task[None] | None = None
        self._shares = self._spread()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, SocketProtocol):
            scope["extensions"] = {FLOW: protocol.flow}
        return super().create_application(protocol, scope)

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self._ports.append(port)

    def drain(self) -> None:
        if self._draining is not None:
            self.stop()
            return
        logger.info("draining")
        for port in self._ports:
            port.stopListening()
        self._draining = twisted_loop.create_task(self._drain())

    async def _drain(self) -> None:
        get_hub().drain(SPREAD_SECONDS)
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while any(self._is_busy(details) for details in self.connections.values()):  # noqa: ASYNC110 - Daphne's
                    await asyncio.sleep(0.05)
        except TimeoutError:
            logger.warning("cutting off what has not ended in %s s", DRAIN_SECONDS)
        self.stop()

    def timeout_checker(self) -> None:
        """Daphne's looks at all connections and pings them at once, and whoever is called just then waits for that."""
        for protocol in next(self._shares):
            if protocol in self.connections:
                protocol.check_timeouts()
        twisted_loop.call_later(CHECK_SECONDS / CHECK_SHARES, self.timeout_checker)

    def _spread(self) -> Iterator[list[Any]]:
        """The connections again and again, a share at a time."""
        while True:
            everybody = list(self.connections)
            for share in range(CHECK_SHARES):
                yield everybody[share::CHECK_SHARES]

    def kill_all_applications(self) -> Any:
        # Daphne's own trips over a connection whose application has ended.
        running = [
            details["application_instance"] for details in self.connections.values() if self._runs(details)
        ]
        for application in running:
            application.cancel()
        gone = asyncio.gather(*running, return_exceptions=True) if running else None
        return Deferred.fromFuture(gone) if gone is not None else None

    @staticmethod
    def _runs(details: dict[str, Any]) -> bool:
        application = details.get("application_instance")
        return application is not None and not application.done()

    def _is_busy(self, details: dict[str, Any]) -> bool:
        return "disconnected" not in details and self._runs(details)

    def _make_ready(self) -> None:
        """Called when the ports are open and before anything is read from them."""
        http_protocol.WebRequest = BoundedRequest
        self.ws_factory.protocol = SocketProtocol
        self.ws_factory.setProtocolOptions(
            failByDrop=False,  # say 1009 or 1007 before hanging up
            openHandshakeTimeout=HANDSHAKE_SECONDS,
        )
        for signum in (signal.SIGTERM, signal.SIGINT):
            twisted_loop.add_signal_handler(signum, self.drain)
        if self._ready is not None:
            self._ready()
