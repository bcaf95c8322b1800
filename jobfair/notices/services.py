"""The only writers of notices, preferences and messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F

from jobfair.accounts.models import User
from jobfair.core import jobs
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.notices import queries, rules
from jobfair.notices.events import (
    AddressAdded,
    AddressRemoved,
    NoticeAdded,
    NoticesForgotten,
    NoticesMoved,
    NoticesSeen,
    PreferencesChanged,
)
from jobfair.notices.models import Address, Channel, Message, Notice, Preference
from jobfair.notices.registry import Template, find

REACH, DELIVER = "notices.reach", "notices.deliver"

# Telling


@unit_of_work
def notify(
    *,
    user_id: int,
    kind: str,
    about: str,
    params: Mapping[str, str],
    link: str,
    urgency: rules.Urgency,
    now: datetime,
) -> Notice:
    """Tell a person. With `sms_if_unseen` other channels follow unless it is seen in time, at most one SMS.

    A merged guest's notices go to the account. Raises UnknownKind, KeyError for a missing parameter.
    """
    template, words = find(kind), rules.plain(params)
    merged = User.objects.filter(pk=user_id).values_list("merged_into", flat=True).first()
    notice = Notice.objects.create(
        user_id=merged or user_id,
        kind=kind,
        about=about,
        params=words,
        text_zh=rules.fill(template.zh, words),
        text_en=rules.fill(template.en, words),
        link=rules.safe_link(link),
        created_at=now,
    )
    emit(NoticeAdded(user_id=notice.user_id, notice_id=notice.pk))
    if urgency == "sms_if_unseen":
        for channel in Channel:
            if rules.speaks(channel, template):
                due_at = now + rules.wait_before(channel, template)
                payload = {"notice": notice.pk, "channel": channel.value}
                jobs.schedule(REACH, key=f"{notice.pk}:{channel}", payload=payload, due_at=due_at)
    return notice


@unit_of_work
def acknowledge(*, user_id: int, ids: Collection[int], now: datetime) -> list[int]:
    """The person saw these, on a page that was visible. Others' and seen ones are left alone."""
    return _see(
        Notice.objects.filter(user=user_id, pk__in=ids, seen_at=None).values_list("pk", flat=True), now
    )


@unit_of_work
def settle(*, user_id: int, about: str, now: datetime) -> list[int]:
    """Something was done about `about` (the called seeker came), so nobody need be told any more."""
    unseen = Notice.objects.filter(user=user_id, about=about, seen_at=None)
    return _see(unseen.values_list("pk", flat=True), now)


def _see(pks: Collection[int], now: datetime) -> list[int]:
    rows = Notice.objects.select_for_update(no_key=True).filter(pk__in=list(pks), seen_at=None)
    seen = {notice.pk: notice.user_id for notice in rows.order_by("pk")}
    if not seen:
        return []
    Notice.objects.filter(pk__in=seen).update(seen_at=now)
    user_id = next(iter(seen.values()))
    emit(NoticesSeen(user_id=user_id, notice_ids=tuple(seen), by=user_id))
    return list(seen)


# Reaching people elsewhere


@unit_of_work
def reach(*, notice_id: int, channel: Channel, now: datetime) -> list[Message]:
    """Nobody has seen the notice in time: queue its message on `channel`, unless switched off or over a limit."""
    notice = Notice.objects.filter(pk=notice_id, seen_at=None).first()
    if notice is None:
        return []
    template = find(notice.kind)
    user = User.objects.select_for_update(no_key=True).get(pk=notice.user_id)  # one counts at a time
    if not rules.is_on(queries.switched_off(user.pk), template, channel):
        return []
    if channel is Channel.SMS:
        phone = queries.reachable_phone(user)
        return [_queue(notice, channel, to=phone, address=None, now=now)] if phone else []
    return [
        _queue(notice, channel, to=address.address, address=address, now=now)
        for address in queries.addresses_of(user.pk, channel)
    ]


def _queue(notice: Notice, channel: Channel, *, to: str, address: Address | None, now: datetime) -> Message:
    template = find(notice.kind)
    recipient = rules.digest(to, settings.SECRET_KEY)
    reason = rules.withheld_because(
        channel,
        to_recipient=queries.count_to(channel, recipient, now),
        by_site=queries.count_today(channel, now),
        site_most=settings.SMS_PER_DAY,
    )
    message = Message.objects.create(
        notice=notice,
        address=address,
        channel=channel,
        template=template.kind,
        recipient=recipient,
        state=Message.State.WITHHELD if reason else Message.State.QUEUED,
        reason=reason,
        created_at=now,
        expires_at=notice.created_at + template.useful_for,
    )
    if not reason:
        if address is not None and address.uses_left is not None:
            Address.objects.filter(pk=address.pk, uses_left__gt=0).update(uses_left=F("uses_left") - 1)
        jobs.schedule(DELIVER, key=str(message.uid), payload={"message": message.pk}, due_at=now)
    return message


@unit_of_work
def open_code_message(*, template: Template, phone: str, now: datetime) -> Message:
    """A sign-in code is about to be sent; the code itself is not kept."""
    return Message.objects.create(
        channel=Channel.SMS,
        template=template.kind,
        recipient=rules.digest(phone, settings.SECRET_KEY),
        created_at=now,
        expires_at=now + template.useful_for,
    )


@unit_of_work
def note_sent(*, message_id: int, now: datetime) -> None:
    """The gateway has it. A delivery report may have been quicker."""
    Message.objects.filter(pk=message_id, state=Message.State.QUEUED).update(
        state=Message.State.SENT, sent_at=now
    )


@unit_of_work
def close_message(*, message_id: int, state: Message.State, reason: str, now: datetime) -> None:
    """It will not be sent: dropped, expired or refused by the gateway."""
    Message.objects.filter(pk=message_id, state=Message.State.QUEUED).update(state=state, reason=reason[:200])


@unit_of_work
def note_report(*, uid: UUID, delivered: bool, reason: str, now: datetime) -> bool:
    """The gateway says what became of a message; False for one we don't know. The first report counts."""
    state = Message.State.DELIVERED if delivered else Message.State.FAILED
    open_states = [Message.State.QUEUED, Message.State.SENT]
    Message.objects.filter(uid=uid, state__in=open_states).update(
        state=state, reason=reason[:200], reported_at=now
    )
    return Message.objects.filter(uid=uid).exists()


# The person's own choices


@unit_of_work
def set_preferences(*, user_id: int, off: Collection[str], now: datetime) -> None:
    switches = sorted(set(off))
    Preference.objects.update_or_create(user_id=user_id, defaults={"off": switches})
    emit(PreferencesChanged(user_id=user_id, off=tuple(switches), by=user_id))


@unit_of_work
def add_address(
    *, user_id: int, channel: Channel, address: str, keys: Mapping[str, str], uses: int | None, now: datetime
) -> Address:
    """A browser or WeChat account of this person; one that was another's is theirs no more.

    A further consent of WeChat's adds its uses. Of more than five devices the oldest is forgotten.
    """
    row, created = Address.objects.select_for_update(no_key=True).get_or_create(
        channel=channel,
        address=address,
        defaults={"user_id": user_id, "keys": dict(keys), "uses_left": uses, "created_at": now},
    )
    if not created:
        kept = row.uses_left if row.user_id == user_id else 0
        row.user_id, row.keys, row.created_at = user_id, dict(keys), now
        row.uses_left = None if uses is None else min((kept or 0) + uses, 100)
        row.save()
    own = Address.objects.filter(user=user_id, channel=channel).order_by("-created_at", "-pk")
    Address.objects.filter(pk__in=list(own.values_list("pk", flat=True)[rules.DEVICES_MOST :])).delete()
    emit(AddressAdded(user_id=user_id, channel=channel, by=user_id))
    return row


@unit_of_work
def remove_address(*, user_id: int, channel: Channel, address: str, now: datetime) -> bool:
    """Forget one; False when it was not there."""
    gone = Address.objects.filter(user=user_id, channel=channel, address=address).delete()[0] > 0
    if gone:
        emit(AddressRemoved(user_id=user_id, channel=channel, by=user_id))
    return gone


# People who become others, or leave


@unit_of_work
def move_notices(*, guest_id: int, account_id: int, now: datetime) -> Sequence[int]:
    """A guest signed in: what the guest was told is the account's, and so are the guest's devices."""
    pks = list(Notice.objects.filter(user=guest_id).order_by("pk").values_list("pk", flat=True))
    Notice.objects.filter(pk__in=pks).update(user=account_id)
    Address.objects.filter(user=guest_id).update(user=account_id)
    if pks:
        emit(NoticesMoved(user_id=account_id, from_user_id=guest_id, notice_ids=tuple(pks)))
    return pks


@unit_of_work
def forget_person(*, user_id: int, by: int | None, now: datetime) -> None:
    """Delete all that a person was told, with its messages, addresses and choices; open pages forget it too."""
    Notice.objects.filter(user=user_id).delete()
    Address.objects.filter(user=user_id).delete()
    Preference.objects.filter(user=user_id).delete()
    emit(NoticesForgotten(user_id=user_id, by=by))
