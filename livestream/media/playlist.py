"""HLS playlists (RFC 8216): the live window, and a recording from beginning to end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

SHOWN = 6  # segments in the live window
STAYS = 6  # segments that stay readable after they left it: players hold an older list


@dataclass(frozen=True)
class Segment:
    """Pictures of one run, which began to be filmed at `at`. Another run is another time line."""

    name: str
    seconds: float
    at: datetime
    run: int

    @property
    def ends_at(self) -> datetime:
        return self.at + timedelta(seconds=self.seconds)


@dataclass
class Window:
    """The live window. Sequence numbers never go back, whatever is taken out (section 6.2.1)."""

    segments: list[Segment] = field(default_factory=list)
    gone: list[Segment] = field(default_factory=list)  # left the window, still readable
    sequence: int = 0  # of the first segment shown
    discontinuities: int = 0  # that have left the window with their segments
    last_run: int | None = None  # of the segment before the window

    def add(self, segment: Segment) -> list[Segment]:
        """Show one more; returns those that may be deleted."""
        self.segments.append(segment)
        if len(self.segments) > SHOWN:
            self.gone.append(self._leave())
        stale, self.gone = self.gone[:-STAYS], self.gone[-STAYS:]
        return stale

    def clear(self) -> list[Segment]:
        """Show none of what there is, now or ever; returns what was in the window."""
        taken = list(self.segments)
        while self.segments:
            self._leave()
        self.gone = []
        self.last_run = -1  # what comes next does not continue what was taken
        return taken

    def _leave(self) -> Segment:
        segment = self.segments.pop(0)
        self.sequence += 1
        if self.last_run is not None and self.last_run != segment.run:
            self.discontinuities += 1
        self.last_run = segment.run
        return segment

    def text(self) -> str:
        longest = max((segment.seconds for segment in self.segments), default=1.0)
        head = [
            "#EXTM3U",
            "#EXT-X-VERSION:6",
            f"#EXT-X-TARGETDURATION:{max(1, round(longest))}",
            f"#EXT-X-MEDIA-SEQUENCE:{self.sequence}",
            f"#EXT-X-DISCONTINUITY-SEQUENCE:{self.discontinuities}",
            "#EXT-X-INDEPENDENT-SEGMENTS",
        ]
        return "\n".join([*head, *_listed(self.segments, after=self.last_run), ""])


def recording(segments: Sequence[Segment]) -> str:
    """All of it, to be played from any point."""
    longest = max((segment.seconds for segment in segments), default=1.0)
    head = [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        f"#EXT-X-TARGETDURATION:{max(1, math.ceil(longest))}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    return "\n".join([*head, *_listed(segments, after=None), "#EXT-X-ENDLIST", ""])


def _listed(segments: Iterable[Segment], *, after: int | None) -> list[str]:
    lines = []
    for segment in segments:
        if after is not None and after != segment.run:
            lines.append("#EXT-X-DISCONTINUITY")
        after = segment.run
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{_instant(segment.at)}")
        lines += [f"#EXTINF:{segment.seconds:.3f},", segment.name]
    return lines


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
