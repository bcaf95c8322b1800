"""HTTP of conversations: parse, load and authorise, one service or query, schema."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File, Router
from ninja.files import UploadedFile
from pydantic import StringConstraints

from jobfair.accounts.access import seeker_of, signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.models import User
from jobfair.chat import access, queries, services, showing, speaking
from jobfair.chat.limits import spend_opening, spend_report
from jobfair.chat.models import Conversation
from jobfair.chat.registry import Owner
from jobfair.chat.schemas import (
    AnswerChatComplaintIn,
    CannedRepliesIn,
    CannedRepliesOut,
    ChatComplaintOut,
    ChatComplaintRow,
    ChatComplaintsPage,
    ChatDeskOut,
    ChatMessageOut,
    ChatOut,
    ChatPlaceOut,
    ChatRow,
    ChatsPage,
    ChatWithOut,
    ColleagueOut,
    ConversationOut,
    Id,
    LineId,
    MessagesPage,
    OpenConversationIn,
    PostMessageIn,
    ReportChatIn,
    Topic,
    TransferChatIn,
)
from jobfair.core import clock
from jobfair.core.errors import Invalid, NotFound
from jobfair.core.schemas import ErrorReply, Text
from jobfair.core.uploads import attachment

router = Router(tags=["chat"])

READ = {404: ErrorReply, 422: ErrorReply}
OWN = {401: ErrorReply, **READ}
WRITE = {**OWN, 403: ErrorReply, 409: ErrorReply, 410: ErrorReply, 429: ErrorReply}
Words = Annotated[Text, StringConstraints(max_length=60)]
Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}-[0-9]{1,15}$")]
Only = Literal["", "waiting", "inbox"]


# Both sides


@router.get("/chat-places/{place}", response={200: ChatWithOut, **READ})
def get_place(request: HttpRequest, place: Topic) -> Any:
    """Whom one would ask, and one's conversation with them."""
    owner, id = access.place_for_anyone(place)
    user = request.user if isinstance(request.user, User) else None
    own = Conversation.objects.filter(topic=place, seeker=user, locked_at=None).first() if user else None
    return ChatWithOut(
        place=_place(owner, id),
        conversation_id=own.pk if own else None,
        may_speak=user is not None and not user.is_guest and user.phone_verified,
    )


@router.post("/conversations", response={200: ConversationOut, **WRITE})
def open_conversation(request: HttpRequest, body: OpenConversationIn, key: IdempotencyKey) -> Any:
    """The one conversation of this seeker with the place."""
    seeker = seeker_of(request)

    def begin() -> ConversationOut:
        now = clock.now()
        spend_opening(seeker.pk, now)
        made = services.open_conversation(topic=body.topic, seeker=seeker, now=now)
        return _conversation(made.pk)

    return durable(request, f"chat.open_conversation:{body.topic}", key, body, begin)


@router.get("/me/conversations", response={200: ChatsPage, **OWN})
def list_my_conversations(request: HttpRequest, cursor: Cursor | None = None) -> Any:
    """The one spoken in last first, fifty at a time."""
    return _page(queries.list_of_seeker(signed_in(request).pk, before=_before(cursor)))


@router.get("/conversations/{conversation_id}", response={200: ChatOut, **OWN})
def get_conversation(request: HttpRequest, conversation_id: Id) -> Any:
    return showing.chat_of(seeker_of(request), conversation_id)


@router.get("/conversations/{conversation_id}/messages", response={200: MessagesPage, **OWN})
def list_messages(request: HttpRequest, conversation_id: Id, cursor: Id | None = None, q: Words = "") -> Any:
    """Lines before `cursor`, or those that hold `q`; thirty at a time, oldest first."""
    access.part_in(seeker_of(request), conversation_id)
    found = queries.list_messages(conversation_id, before=cursor, q=q.strip(), most=queries.PAGE)
    return MessagesPage(
        items=[ChatMessageOut.of(one) for one in found],
        next=found[0].pk if len(found) == queries.PAGE else None,
    )


@router.post("/conversations/{conversation_id}/messages/{cid}", response={200: ChatMessageOut, **WRITE})
def post_message(request: HttpRequest, conversation_id: Id, cid: LineId, body: PostMessageIn) -> Any:
    """Say something. `cid` makes its repeats one, here and over the socket."""
    said = speaking.say(seeker_of(request), conversation_id, cid=cid, text=body.text, now=clock.now())
    return ChatMessageOut.of(said)


@router.post(
    "/conversations/{conversation_id}/files/{cid}",
    response={200: ChatMessageOut, 507: ErrorReply, **WRITE},
)
def post_file(request: HttpRequest, conversation_id: Id, cid: LineId, file: File[UploadedFile]) -> Any:
    """Send a picture (JPG, PNG) or PDF of at most 10 MB."""
    sent = speaking.send_file(seeker_of(request), conversation_id, cid=cid, file=file, now=clock.now())
    return ChatMessageOut.of(sent)


@router.get("/conversations/{conversation_id}/attachments/{message_id}", response={200: None, **OWN})
def get_file(request: HttpRequest, conversation_id: Id, message_id: Id) -> HttpResponseBase:
    """To be saved, never to be opened inside the site."""
    part = access.part_in(seeker_of(request), conversation_id)
    message = access.message_of(part, message_id)
    if not message.file:
        raise NotFound
    return attachment(message.file, name=message.file_name, content_type=message.content_type)


@router.post(
    "/conversations/{conversation_id}/messages/{message_id}/withdraw",
    response={200: ChatMessageOut, **WRITE},
)
def withdraw_message(request: HttpRequest, conversation_id: Id, message_id: Id, key: IdempotencyKey) -> Any:
    """Take one's own line back within ten minutes."""
    user = seeker_of(request)
    message = access.own_message(user, access.speaker_in(user, conversation_id), message_id)

    def take_back() -> ChatMessageOut:
        services.withdraw_message(message=message, by=user, now=clock.now())
        return ChatMessageOut.of(queries.get_message(message_id))

    return durable(request, f"chat.withdraw_message:{message_id}", key, None, take_back)


@router.post("/conversations/{conversation_id}/block", response={200: ConversationOut, **WRITE})
def block(request: HttpRequest, conversation_id: Id, key: IdempotencyKey) -> Any:
    return _either_side(request, conversation_id, key, services.block)


@router.post("/conversations/{conversation_id}/unblock", response={200: ConversationOut, **WRITE})
def unblock(request: HttpRequest, conversation_id: Id, key: IdempotencyKey) -> Any:
    return _either_side(request, conversation_id, key, services.unblock)


@router.post("/conversations/{conversation_id}/report", response={200: ChatComplaintOut, **WRITE})
def report(request: HttpRequest, conversation_id: Id, body: ReportChatIn, key: IdempotencyKey) -> Any:
    """Tell the organiser; the reply says by when they answer."""
    user = seeker_of(request)
    part = access.speaker_in(user, conversation_id)

    def tell() -> ChatComplaintOut:
        now = clock.now()
        spend_report(user.pk, now)
        made = services.report(
            conversation=part.conversation,
            side="seeker" if part.role == "seeker" else "booth",
            reason=body.reason,
            text=body.text,
            by=user,
            now=now,
        )
        return ChatComplaintOut.of(made)

    return durable(request, f"chat.report:{conversation_id}", key, body, tell)


# Those who answer


@router.get("/chat-desks/{place}", response={200: ChatDeskOut, **OWN})
def get_desk(request: HttpRequest, place: Topic) -> Any:
    owner, id = access.desk_for_recruiter(signed_in(request), place)
    on_duty, present = owner.on_duty(id), owner.present([id]).get(id, frozenset())
    people = User.objects.in_bulk(owner.recruiters(id))
    colleagues = [
        ColleagueOut(id=pk, name=people[pk].display_name, on_duty=pk in on_duty, present=pk in present)
        for pk in owner.recruiters(id)
    ]
    return ChatDeskOut(
        topic=place,
        place=_place(owner, id),
        colleagues=colleagues,
        canned_replies=queries.list_canned(owner.place(id).group),
    )


@router.get("/chat-desks/{place}/conversations", response={200: ChatsPage, **OWN})
def list_desk_conversations(
    request: HttpRequest, place: Topic, q: Words = "", only: Only = "", cursor: Cursor | None = None
) -> Any:
    """Fifty at a time, the one spoken in last first; narrowed by words of a line or of a known name."""
    access.desk_for_recruiter(signed_in(request), place)
    return _page(queries.list_of_place(place, q=q.strip(), only=only, before=_before(cursor)))


@router.put("/chat-desks/{place}/canned-replies", response={200: CannedRepliesOut, **WRITE})
def set_canned_replies(request: HttpRequest, place: Topic, body: CannedRepliesIn) -> Any:
    """The whole list. Saying it twice is saying it once, so it takes no Idempotency-Key."""
    user = signed_in(request)
    owner, id = access.desk_for_recruiter(user, place)
    group = owner.place(id).group
    return CannedRepliesOut(
        texts=services.set_canned_replies(group=group, texts=body.texts, by=user, now=clock.now())
    )


@router.post("/conversations/{conversation_id}/claim", response={200: ConversationOut, **WRITE})
def claim(request: HttpRequest, conversation_id: Id, key: IdempotencyKey) -> Any:
    """Answer here; of two at once one is told that the other does."""
    return _recruiters(request, conversation_id, key, "claim", services.claim)


@router.post("/conversations/{conversation_id}/settle", response={200: ConversationOut, **WRITE})
def settle(request: HttpRequest, conversation_id: Id, key: IdempotencyKey) -> Any:
    """Nothing here needs an answer."""
    return _recruiters(request, conversation_id, key, "settle", services.settle)


@router.post("/conversations/{conversation_id}/transfer", response={200: ConversationOut, **WRITE})
def transfer(request: HttpRequest, conversation_id: Id, body: TransferChatIn, key: IdempotencyKey) -> Any:
    user = signed_in(request)
    part = access.recruiter_in(user, conversation_id)

    def give() -> ConversationOut:
        services.transfer(conversation=part.conversation, to_id=body.user_id, by=user, now=clock.now())
        return _conversation(conversation_id)

    return durable(request, f"chat.transfer:{conversation_id}", key, body, give)


# The organiser


@router.get("/chat-complaints/{scope}", response={200: ChatComplaintsPage, **OWN})
def list_complaints(
    request: HttpRequest, scope: Topic, only: Literal["", "open"] = "", cursor: Id | None = None
) -> Any:
    """Reports of conversations at one fair, newest first; of the open ones the first to be answered first."""
    topics = access.topics_for_organiser(signed_in(request), scope)
    found = queries.list_complaints(topics, only_open=only == "open", after=cursor)
    places = queries.places_of(found)
    return ChatComplaintsPage(
        items=[ChatComplaintRow.shown(one, places.get(one.conversation.topic, "")) for one in found],
        next=found[-1].pk if len(found) == queries.PAGE else None,
    )


@router.get("/conversations/{conversation_id}/complaint", response={200: ChatComplaintOut, **OWN})
def get_complaint(request: HttpRequest, conversation_id: Id) -> Any:
    """The open report of a conversation, for whoever has to answer it."""
    access.organiser_of(signed_in(request), conversation_id)
    found = queries.find_open_complaint(conversation_id)
    if found is None:
        raise NotFound
    return ChatComplaintOut.of(found)


@router.post("/chat-complaints/{report_id}/answer", response={200: ChatComplaintOut, **WRITE})
def answer_complaint(
    request: HttpRequest, report_id: Id, body: AnswerChatComplaintIn, key: IdempotencyKey
) -> Any:
    user = signed_in(request)
    complaint = access.complaint_for_organiser(user, report_id)

    def answer() -> ChatComplaintOut:
        answered = services.answer_complaint(
            complaint=complaint,
            state=body.state,
            answer=body.answer,
            mute_hours=body.mute_hours,
            by=user,
            now=clock.now(),
        )
        return ChatComplaintOut.of(answered)

    return durable(request, f"chat.answer_complaint:{report_id}", key, body, answer)


def _either_side(
    request: HttpRequest, conversation_id: int, key: str, service: Callable[..., Conversation]
) -> Any:
    user = seeker_of(request)
    part = access.speaker_in(user, conversation_id)

    def do() -> ConversationOut:
        side = "seeker" if part.role == "seeker" else "booth"
        service(conversation=part.conversation, side=side, by=user, now=clock.now())
        return _conversation(conversation_id)

    return durable(request, f"chat.{service.__name__}:{conversation_id}", key, None, do)


def _recruiters(
    request: HttpRequest, conversation_id: int, key: str, verb: str, service: Callable[..., Conversation]
) -> Any:
    user = signed_in(request)
    part = access.recruiter_in(user, conversation_id)

    def do() -> ConversationOut:
        service(conversation=part.conversation, by=user, now=clock.now())
        return _conversation(conversation_id)

    return durable(request, f"chat.{verb}:{conversation_id}", key, None, do)


def _conversation(conversation_id: int) -> ConversationOut:
    return ConversationOut.of(queries.get_face(conversation_id, Conversation.Side.SEEKER))


def _place(owner: Owner, id: int) -> ChatPlaceOut:
    place = owner.place(id)
    return ChatPlaceOut(title=place.title, detail=place.detail, link=place.link)


def _page(faces: list[queries.Face]) -> ChatsPage:
    last = faces[-1].conversation if len(faces) == queries.NEWEST else None
    cursor = f"{_micros(last.last_at)}-{last.pk}" if last is not None and last.last_at else None
    return ChatsPage(items=[ChatRow.of(face) for face in faces], next=cursor)


def _micros(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def _before(cursor: str | None) -> tuple[datetime, int] | None:
    """The instant and id of the last row shown."""
    if cursor is None:
        return None
    micros, pk = cursor.split("-")
    try:
        return datetime.fromtimestamp(int(micros) / 1_000_000, tz=clock.SHANGHAI), int(pk)
    except (ValueError, OverflowError, OSError):
        raise Invalid(fields={"cursor": str(_("请从列表的下一页继续。"))}) from None
