"""What is written straight to a socket arrives whole and in order, however little of it the system takes at a time."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from autobahn.websocket.protocol import WebSocketProtocol
from hypothesis import given
from hypothesis import strategies as some
from twisted.internet.abstract import FileDescriptor
from twisted.internet.main import CONNECTION_LOST

from jobfair.realtime.daphne import TransportFlow
from jobfair.realtime.frames import Frame

pytestmark = pytest.mark.unit


class Line(FileDescriptor):
    """Twisted's own buffers over a system that takes `takes` bytes, then nothing until the next turn of its loop."""

    def __init__(self) -> None:
        super().__init__(reactor=SimpleNamespace(addWriter=lambda _: None, removeWriter=lambda _: None))
        self.connected = 1
        self.takes = 0
        self.lost = False
        self.arrived = b""

    def writeSomeData(self, data: bytes) -> int | Exception:  # noqa: N802
        if self.lost:
            return CONNECTION_LOST
        taken = bytes(data[: self.takes])
        self.takes -= len(taken)
        self.arrived += taken
        return len(taken)

    def turn(self, takes: int) -> None:
        """The system has room for so many bytes; what waits goes first."""
        self.takes = takes
        if self.dataBuffer or self._tempDataBuffer:
            self.doWrite()


def flow_over(line: Line) -> tuple[TransportFlow, SimpleNamespace]:
    protocol = SimpleNamespace(transport=line, state=WebSocketProtocol.STATE_OPEN)
    flow = TransportFlow(protocol)
    line.registerProducer(flow, True)
    return flow, protocol


@given(
    some.lists(
        some.one_of(
            some.integers(0, 70_000).map(lambda size: ("frame", size)),
            some.sampled_from([0, 1, 3, 64, 5_000, 200_000]).map(lambda takes: ("turn", takes)),
            some.sampled_from([1, 64, 5_000]).map(
                lambda takes: ("room", takes)
            ),  # before the loop's next turn
        ),
        max_size=30,
    )
)
def test_frames_arrive_whole_and_in_order(acts: list[tuple[str, int]]) -> None:
    line = Line()
    flow, _ = flow_over(line)
    sent = b""
    for number, (act, size) in enumerate(acts):
        if act == "frame":
            frame = Frame(chr(ord("a") + number % 26) * size)
            flow.write(frame)
            sent += frame.wire
        elif act == "room":
            line.takes = size
        else:
            line.turn(size)
    while line.dataBuffer or line._tempDataBuffer:
        line.turn(100_000)
    assert line.arrived == sent


def test_a_full_transport_says_so_and_has_room_again_when_it_is_empty() -> None:
    line = Line()
    flow, _ = flow_over(line)
    flow.write(Frame("x" * 70_000))
    assert not flow.has_room()
    line.turn(100_000)
    assert flow.has_room()


def test_nothing_follows_a_close_and_a_lost_peer_raises_nothing() -> None:
    line = Line()
    flow, protocol = flow_over(line)
    line.takes = 100
    protocol.state = WebSocketProtocol.STATE_CLOSING
    flow.write(Frame("after the close frame"))
    assert line.arrived == b""
    protocol.state, line.lost = WebSocketProtocol.STATE_OPEN, True
    flow.write(Frame("nobody there"))
    assert line.arrived == b""
