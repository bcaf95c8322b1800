"""What the socket and HTTP share: load, authorise, count against the limits, one service."""

from __future__ import annotations

from datetime import datetime

from jobfair.accounts.models import User
from jobfair.chat import access, queries, services
from jobfair.chat.limits import spend_file, spend_line
from jobfair.chat.models import Message
from jobfair.chat.services.posting import SideName
from jobfair.core.errors import NotFound
from jobfair.core.uploads import MB, check_upload
from jobfair.core.uploads.checking import Readable

FILE_LARGEST = 10 * MB
AREA = "chat"


def say(user: User | None, conversation_id: int, *, cid: str, text: str, now: datetime) -> Message:
    """A line, by whichever way it came. A repeat of a line costs nothing of the limit."""
    part, speaker = access.speaker_in(user, conversation_id), _known(user)
    if queries.find_message(sender_id=speaker.pk, cid=cid) is None:
        spend_line(speaker.pk, now)
    return queries.get_message(
        services.post_message(
            conversation=part.conversation, by=speaker, side=_side(part), cid=cid, text=text, now=now
        ).pk
    )


def send_file(user: User | None, conversation_id: int, *, cid: str, file: Readable, now: datetime) -> Message:
    """A picture or PDF, looked at and stripped of what tells of its author. A repeat is not looked at again."""
    part, speaker = access.speaker_in(user, conversation_id), _known(user)
    known = queries.find_message(sender_id=speaker.pk, cid=cid)
    if known is not None and known.conversation_id == conversation_id and known.file:
        return known
    spend_file(speaker.pk, now)
    services.ensure_may_post(conversation=part.conversation, by=speaker, side=_side(part), now=now)
    upload = check_upload(file, area=AREA, kinds={"image", "pdf"}, max_bytes=FILE_LARGEST)
    attachment = services.Attachment(
        key=upload.key,
        kind="image" if upload.kind == "image" else "pdf",
        name=upload.name,
        content_type=upload.content_type,
        size=upload.size,
    )
    posted = services.post_message(
        conversation=part.conversation, by=speaker, side=_side(part), cid=cid, file=attachment, now=now
    )
    return queries.get_message(posted.pk)


def see(user: User | None, conversation_id: int, *, delivered_to: int, read_to: int, now: datetime) -> None:
    """An organiser who looks on leaves no trace of having read."""
    part = access.part_in(user, conversation_id)
    if part.role != "organiser":
        services.mark_seen(
            conversation=part.conversation,
            side=_side(part),
            delivered_to=delivered_to,
            read_to=read_to,
            by=_known(user),
            now=now,
        )


def type_on(user: User | None, conversation_id: int, *, now: datetime) -> None:
    part = access.speaker_in(user, conversation_id)
    services.note_typing(conversation=part.conversation, side=_side(part), now=now)


def _side(part: access.Part) -> SideName:
    return "seeker" if part.role == "seeker" else "booth"


def _known(user: User | None) -> User:
    if user is None:
        raise NotFound
    return user
