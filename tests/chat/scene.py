"""A booth with two recruiters at their desk and a seeker with a question; presence as the processes would tell it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta

from booths.models import Booth
from jobfair.accounts.models import User
from jobfair.chat import jobs, services
from jobfair.chat.models import Conversation, Message
from jobfair.core import clock
from jobfair.realtime import presence
from jobfair.realtime.models import Announcement
from tests.factories import NOON, make_booth, make_fair, make_organiser, make_recruiter_of

_serial = itertools.count(1)
SECOND = timedelta(seconds=1)


def make_speaker(*, name: str = "王小明") -> User:
    serial = next(_serial)
    return User.objects.create_user(
        f"speaker-{serial}", display_name=name, phone=f"+861380000{serial % 10000:04d}", phone_verified=True
    )


class Talk:
    """One conversation and the people around it."""

    def __init__(self, *, recruiters: int = 2, now: datetime = NOON) -> None:
        self.now = now
        self.fair = make_fair(now=now)
        self.booth: Booth = make_booth(self.fair, now=now)
        self.organiser = make_organiser(self.fair)
        self.recruiters = [self.appoint(number) for number in range(recruiters)]
        self.seeker = make_speaker()
        self.topic = f"booth:{self.booth.pk}"
        self.conversation = services.open_conversation(topic=self.topic, seeker=self.seeker, now=now)

    def appoint(self, number: int) -> User:
        serial = next(_serial)
        user = make_recruiter_of(self.booth.employer, phone=f"+861380000{(5000 + serial) % 10000:04d}")
        user.display_name = f"{number + 1} 号招聘员"
        user.save(update_fields=["display_name"])
        return user

    def ask(self, text: str = "有夜班吗？", *, cid: str = "", seeker: User | None = None) -> Message:
        conversation = self.conversation
        if seeker is not None:
            conversation = services.open_conversation(topic=self.topic, seeker=seeker, now=self.now)
        return services.post_message(
            conversation=conversation, by=seeker or self.seeker, side="seeker",
            cid=cid or f"asked-{next(_serial):06d}", text=text, now=self.now,
        )  # fmt: skip

    def answer(self, by: User, text: str = "有，补贴另算。", *, cid: str = "") -> Message:
        return services.post_message(
            conversation=self.conversation, by=by, side="booth", cid=cid or f"answer-{next(_serial):06d}",
            text=text, now=self.now,
        )  # fmt: skip

    def claim(self, by: User) -> Conversation:
        return services.claim(conversation=self.conversation, by=by, now=self.now)

    def fresh(self) -> Conversation:
        self.conversation = Conversation.objects.get(pk=self.conversation.pk)
        return self.conversation

    def at_desk(self, *people: User) -> None:
        tell_presence(f"{self.topic}:chats", people)

    def tick(self, seconds: float = 1) -> int:
        """Time passes and the worker runs; returns how many talks were handed on."""
        self.now += seconds * SECOND
        return jobs.hand_on_dropped(self.now)


def tell_presence(topic: str, people: Iterable[User]) -> None:
    """What a process would announce; it stands until it is told anew."""
    who = sorted(user.pk for user in people)
    Announcement.objects.update_or_create(
        process=f"test {topic}"[:32],
        defaults={
            "said": {topic: {"present": len(who), "playing": 0, "who": who}},
            "expires_at": clock.now() + timedelta(hours=1),
        },
    )
    presence._announced._read_at = 0.0
