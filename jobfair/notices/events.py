"""What people were told, and that they saw it. Told by ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class NoticesEvent(Event):
    user_id: int

    @property
    def subject(self) -> str:
        return f"notices:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class NoticeAdded(NoticesEvent):
    name: ClassVar[str] = "notices.notice_added"
    notice_id: int


@dataclass(frozen=True, kw_only=True)
class NoticesSeen(NoticesEvent):
    """Seen by the person, or settled by what was done about them."""

    name: ClassVar[str] = "notices.notices_seen"
    notice_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class NoticesMoved(NoticesEvent):
    """A guest's notices are the account's now."""

    name: ClassVar[str] = "notices.notices_moved"
    from_user_id: int
    notice_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class NoticesForgotten(NoticesEvent):
    """All that a person was told is deleted, at their wish."""

    name: ClassVar[str] = "notices.notices_forgotten"
    withdraws: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class PreferencesChanged(NoticesEvent):
    name: ClassVar[str] = "notices.preferences_changed"
    off: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AddressAdded(NoticesEvent):
    name: ClassVar[str] = "notices.address_added"
    channel: str


@dataclass(frozen=True, kw_only=True)
class AddressRemoved(NoticesEvent):
    name: ClassVar[str] = "notices.address_removed"
    channel: str
