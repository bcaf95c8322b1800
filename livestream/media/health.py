"""How the picture is doing, counted from the segments of the last half minute."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from livestream.media.transport import Cut

COUNTED = 30  # segments


@dataclass
class Health:
    """Of one source. A frame counts as dropped where a second had fewer than the source's usual number."""

    dropped: int = 0
    lag_ms: int = 0  # from a segment's last frame to its being listed
    last_at: float = 0.0  # monotonic
    _cuts: deque[tuple[int, float, int]] = field(default_factory=lambda: deque(maxlen=COUNTED))

    def note(self, cut: Cut, *, lag_s: float) -> None:
        usual = self.usual_fps
        if usual and cut.seconds > 0:
            self.dropped += max(0, round(usual * cut.seconds) - cut.frames)
        self._cuts.append((len(cut.data), cut.seconds, cut.frames))
        self.lag_ms = round(max(0.0, lag_s) * 1000)
        self.last_at = time.monotonic()

    @property
    def usual_fps(self) -> float:
        """The upper middle of what was seen: a source that drops some still shows its pace."""
        rates = sorted(frames / seconds for _bytes, seconds, frames in self._cuts if seconds > 0)
        return rates[len(rates) * 3 // 4] if len(rates) >= 4 else 0.0

    @property
    def kbps(self) -> int:
        latest = list(self._cuts)[-5:]
        seconds = sum(one[1] for one in latest)
        return round(sum(one[0] for one in latest) * 8 / 1000 / seconds) if seconds else 0

    @property
    def fps(self) -> float:
        latest = list(self._cuts)[-5:]
        seconds = sum(one[1] for one in latest)
        return round(sum(one[2] for one in latest) / seconds, 1) if seconds else 0.0

    @property
    def longest(self) -> float:
        """Seconds of the longest of the last segments: the encoder's distance between key frames."""
        return round(max((one[1] for one in list(self._cuts)[-5:]), default=0.0), 1)

    @property
    def age_ms(self) -> int | None:
        """Since the last segment was listed; None before the first."""
        return round((time.monotonic() - self.last_at) * 1000) if self.last_at else None
