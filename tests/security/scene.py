"""One fair with everything a rule could be about, and a person of each role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from booths.models import Booth, Desk, Ticket
from booths.services import appoint_counsellor, create_booth, open_booth, take_ticket
from jobfair.accounts.models import User
from jobfair.applications import my_data
from jobfair.applications.models import Application, DataExport
from jobfair.chat import services as chat
from jobfair.chat.models import Message
from jobfair.chat.services import mute
from jobfair.checkin.rules import GatePlan
from jobfair.checkin.services import plan_gates
from jobfair.core import clock
from jobfair.core.uploads import MB, check_upload
from jobfair.employers.models import Invitation, JoinRequest, Licence, Recruiter
from jobfair.employers.services.colleagues import hash_of
from jobfair.fairs.models import Fair, FairStaff
from jobfair.interviews import services as interviews
from jobfair.positions.models import Complaint
from livestream.models import (
    CameraTake,
    LiveLine,
    LuckyDraw,
    PinnedPosition,
    Poll,
    PostingCorrection,
    Room,
    Signal,
)
from livestream.services import directing, draws, rooms, rundown
from livestream.services import media as picture
from livestream.services.polls import prepare_poll
from livestream.services.questions import ask
from livestream.services.rooms import PersonPlan
from livestream.services.rundown import CuePlan
from livestream.services.talk import Said, say_many
from tests.advice.scene import ServiceDesk
from tests.applications.scene import Hiring, make_applicant, make_verified_seeker
from tests.core.uploads.good import jpeg, pdf
from tests.factories import make_fair
from tests.positions.sheets import sheet_of
from tests.security.roles import ROLES

COLUMNS = ("招聘岗位", "招聘人数", "学历要求", "薪资待遇", "工作地点")


@dataclass
class Scene:
    people: dict[str, User | None]
    clients: dict[str, Client]
    ids: dict[str, Any]
    bodies: dict[str, Any]
    topic_ids: dict[str, int]


def make_scene() -> Scene:
    now = clock.now()
    hiring, foreign = Hiring(now=now), Hiring(now=now)
    seeker, invited = make_applicant(), make_applicant()
    people: dict[str, User | None] = {
        "anonymous": None,
        "guest": User.objects.create_user("a-guest", is_guest=True),
        "seeker": seeker,
        "other_seeker": invited,
        "recruiter": hiring.recruiter,
        "other_recruiter": foreign.recruiter,
        "staff": _office(hiring.fair, FairStaff.Role.STAFF),
        "other_staff": _office(foreign.fair, FairStaff.Role.STAFF),
        "organiser": _office(hiring.fair, FairStaff.Role.ORGANISER),
        "other_organiser": _office(foreign.fair, FairStaff.Role.ORGANISER),
        "director": _office(hiring.fair, FairStaff.Role.DIRECTOR),
        "moderator": _office(hiring.fair, FairStaff.Role.MODERATOR),
        "superuser": User.objects.create_user("root", is_staff=True, is_superuser=True),
    }
    clients = {role: _client(people[role]) for role in ROLES}
    _send(clients["seeker"], "/me/resume/file", "resume.pdf", pdf())  # goes along with the application
    application = hiring.submit(seeker)
    booth = create_booth(
        fair=hiring.fair, employer=hiring.employer, zone=None, number=1, desks=1, by=None, now=now
    )
    open_booth(booth=booth, by=None, now=now)
    take_ticket(booth=booth, seeker=seeker, channel="onsite", now=now)
    scene = Scene(people, clients, ids={}, bodies={}, topic_ids={})
    scene.ids |= _places(hiring, booth) | _papers(hiring, clients["recruiter"], seeker)
    ticket = Ticket.objects.get(booth=booth)
    scene.ids |= {"application_id": application.pk, "ticket_id": ticket.pk, "label": ticket.label}
    scene.ids |= _talk(booth, seeker, hiring) | _advice(hiring, people["staff"], seeker)
    scene.ids |= _interview(booth, seeker, hiring)
    scene.ids |= _broadcast(hiring, people["director"], application)
    scene.ids |= _picture(hiring, people["director"])
    undone = hiring.decide(hiring.open(hiring.submit(invited)), to="shortlisted")
    scene.bodies["POST /conversations"] = {"topic": scene.ids["place"]}
    scene.bodies |= _bodies(hiring, application.pk, _invite(hiring, invited, scene.ids), scene.ids)
    scene.bodies["POST /inboxes/{participation_id}/undo"] = {"decision_id": undone}
    scene.topic_ids |= {
        "booth": booth.pk,
        "chat": scene.ids["conversation_id"],
        "fair": hiring.fair.pk,
        "inbox": hiring.inbox.pk,
        "live": scene.ids["room_id"],
        "talk": scene.ids["talk_id"],
        "user": seeker.pk,
    }
    return scene


def _places(hiring: Hiring, booth: Booth) -> dict[str, Any]:
    now = hiring.now
    colleague = Recruiter.objects.filter(employer=hiring.employer).exclude(user=hiring.recruiter)[0]
    asked = JoinRequest.objects.create(
        employer=hiring.employer, user=make_verified_seeker(), stated_name=hiring.employer.name, asked_at=now
    )
    complaint = Complaint.objects.create(
        position=hiring.position, reason="fee", device="scene", at=now, due_at=now + timedelta(days=1)
    )
    return {
        "slug": hiring.fair.slug, "position_id": hiring.position.pk, "employer_id": hiring.employer.pk,
        "booth_id": booth.pk, "desk_id": Desk.objects.get(booth=booth).pk, "participation_id": hiring.inbox.pk,
        "recruiter_id": colleague.pk, "request_id": asked.pk, "complaint_id": complaint.pk, "channel": "sms",
        "topic": "nothing:1", "name": "nothing.such",
    }  # fmt: skip


def _talk(booth: Booth, seeker: User, hiring: Hiring) -> dict[str, Any]:
    """A conversation with a picture of the recruiter's, which the seeker has reported."""
    now = hiring.now
    topic = f"booth:{booth.pk}"
    talk = chat.open_conversation(topic=topic, seeker=seeker, now=now)
    chat.post_message(
        conversation=talk, by=seeker, side="seeker", cid="scene-asks", text="有夜班吗？", now=now
    )
    chat.claim(conversation=talk, by=hiring.recruiter, now=now)
    picture = check_upload(SimpleUploadedFile("map.jpg", jpeg()), area="chat", kinds={"image"}, max_bytes=MB)
    sent = Message.objects.create(
        conversation=talk, side="booth", sender=hiring.recruiter, cid="scene-shows", kind="image",
        file=picture.key, file_name="map.jpg", content_type="image/jpeg", size=picture.size, at=now,
    )  # fmt: skip
    reported = chat.report(conversation=talk, side="seeker", reason="fee", text="", by=seeker, now=now)
    return {
        "conversation_id": talk.pk, "message_id": sent.pk, "cid": "scene-line", "place": topic,
        "report_id": reported.pk, "scope": f"fair:{hiring.fair.pk}",
    }  # fmt: skip


def _interview(booth: Booth, seeker: User, hiring: Hiring) -> dict[str, Any]:
    """A slot that is free, and one that begins in five minutes, whose two people have opened their talk."""
    now, recruiter = hiring.now, hiring.recruiter
    soon, free = interviews.publish_slots(
        booth=booth, starts_at=now + timedelta(minutes=5), minutes=30, count=2, mode="video", address="",
        by=recruiter, now=now,
    )  # fmt: skip
    booking = interviews.book_slot(slot=soon, seeker=seeker, now=now)
    for side, by in (("seeker", seeker), ("recruiter", recruiter)):
        talk = interviews.open_for_booking(booking=booking, side=side, by=by, now=now)
    return {"slot_id": free.pk, "booking_id": booking.pk, "talk_id": talk.pk}


def _broadcast(hiring: Hiring, director: User | None, application: Application) -> dict[str, Any]:
    """A replay of a broadcast from which the seeker applied, and whose posting was corrected since."""
    now = hiring.now
    room = rooms.open_room(fair=hiring.fair, name="一号直播间", about="", by=None, now=now)
    session = rooms.plan_session(
        room=room, title="上午场", starts_at=now, ends_at=now + timedelta(hours=2), by=director, now=now
    )
    host = PersonPlan(None, "host", "周岚", "周岚", "")
    [person] = rooms.name_people(session=session, people=[host], by=director, now=now)
    assert director is not None
    rooms.see_paper(person=person, paper="id_card", by=director, now=now)
    plan = CuePlan("", hiring.employer.pk, (hiring.position.pk,), None, 5, "")
    [cue] = rundown.add_cues(session=session, plans=[plan], by=director, now=now)
    directing.go_live(session=session, by=director, now=now)
    directing.next_cue(session=session, seen=None, by=director, now=now)
    for act in (directing.end, directing.publish):
        act(session=session, by=director, now=now)
    pinned = PinnedPosition.objects.get(position=hiring.position)
    Application.objects.filter(pk=application.pk).update(source="livestream", source_ref=pinned.reference)
    correction = PostingCorrection.objects.create(
        pinned=pinned, was={"area": "南通"}, became={"area": "如东"}, at=now
    )
    return {
        "room_id": room.pk, "session_id": session.pk, "person_id": person.pk, "cue_id": cue.pk,
        "correction_id": correction.pk, **_room_talk(hiring, room), "poll_id": _poll(room, director),
        "draw_id": _draw(room, director),
    }  # fmt: skip


def _poll(room: Room, director: User) -> int:
    """One that is being voted in."""
    poll = prepare_poll(
        room=room,
        question="最看重什么",
        choices=["薪酬", "离家近"],
        minutes=None,
        by=director,
        now=clock.now(),
    )
    Poll.objects.filter(pk=poll.pk).update(state="open", opened_at=clock.now())
    return poll.pk


def _draw(room: Room, director: User) -> int:
    """One that was drawn."""
    now = clock.now()
    made = draws.prepare_draw(room=room, prize="保温杯", winners=1, by=director, now=now)
    LuckyDraw.objects.filter(pk=made.pk).update(state="open", opened_at=now, seed="00" * 32)
    draws.enter_many(wishes=[draws.Wish(make_verified_seeker().pk, made.pk, "scene-enters")], now=now)
    draws.draw_winners(draw=made, by=director, now=now)
    return made.pk


def _room_talk(hiring: Hiring, room: Room) -> dict[str, Any]:
    """In the room somebody who is muted has said something."""
    now = hiring.now
    speaker = make_verified_seeker()
    said = Said(speaker.pk, room.pk, "scene-says", "夜班补贴多少")
    [line] = say_many(said=[said], now=now)
    assert isinstance(line, LiveLine)
    sanction = mute(
        user_id=speaker.pk,
        scope=f"live:{room.pk}",
        until=now + timedelta(hours=1),
        reason="刷屏",
        by=None,
        now=now,
    )
    question = ask(
        room=room, by=make_verified_seeker(), cid="scene-asks-it", text="有宿舍吗", position_id=hiring.position.pk,
        now=now,
    )  # fmt: skip
    return {"line_id": line.pk, "sanction_id": sanction.pk, "question_id": question.pk}


def _picture(hiring: Hiring, director: User | None) -> dict[str, Any]:
    """In the room a camera, a relay, and of its broadcast a figure of another platform."""
    assert director is not None
    room, now = Room.objects.get(fair=hiring.fair), hiring.now
    Signal.objects.create(room=room, source="camera", told_at=clock.now())
    take = CameraTake.objects.create(room=room, by=director, is_h264=True, began_at=now)
    address = "rtmp://push.example/live/scene-key"
    relay = picture.add_relay(room=room, platform="示例平台", address=address, by=director, now=now)
    views = picture.note_outside_views(
        session=room.sessions.get(), platform="示例平台", views=10, read_at=now, source="后台", by=director
    )
    return {"take_id": take.pk, "number": 0, "target_id": relay.pk, "row_id": views.pk}


def _advice(hiring: Hiring, counsellor: User | None, seeker: User) -> dict[str, Any]:
    """A service desk where the seeker was advised, and has booked another time."""
    assert counsellor is not None
    desk = ServiceDesk(hiring.fair, counsellor=counsellor, now=hiring.now)
    plan = desk.advise(seeker)
    booked = desk.book(seeker)
    return {
        "service_id": desk.booth.pk, "appointment_id": booked.pk, "advised_id": plan.ticket_id,
        "step_id": plan.steps.get().pk, "counsellor_id": _second_counsellor(desk.booth).pk,
    }  # fmt: skip


def _second_counsellor(booth: Booth) -> User:
    colleague = User.objects.create_user("second-counsellor", display_name="咨询员")
    appoint_counsellor(booth=booth, user=colleague, by=None, now=clock.now())
    return colleague


def _papers(hiring: Hiring, recruiter: Client, seeker: User) -> dict[str, Any]:
    """Files, brought in as people bring them in."""
    employer, now = hiring.employer.pk, hiring.now
    _send(recruiter, f"/employers/{employer}/licences/business", "licence.jpg", jpeg())
    sheet = sheet_of(("焊工", 3, "不限", "6000元/月", "通州区"), header=COLUMNS)
    upload = _send(recruiter, f"/employers/{employer}/imports?fair={hiring.fair.slug}", "岗位表.xlsx", sheet)
    export = DataExport.objects.create(
        user=seeker, requested_at=now, ready_at=now, expires_at=now + timedelta(days=1), file="scene.zip"
    )
    my_data.folder().mkdir(parents=True, exist_ok=True)
    (my_data.folder() / "scene.zip").write_bytes(b"PK")
    return {
        "paper": "business",
        "licence_id": Licence.objects.get(employer=employer).pk,
        "import_id": upload["id"],
        "export_id": export.pk,
    }


def _invite(hiring: Hiring, invited: User, ids: dict[str, Any]) -> str:
    """Invite someone by phone; returns what stands in the link."""
    token = "scene-token-0123456789-0123456789-012345"
    ids["invitation_id"] = Invitation.objects.create(
        employer=hiring.employer, token_hash=hash_of(token), phone=invited.phone, invited_by=hiring.recruiter,
        invited_at=hiring.now, expires_at=hiring.now + timedelta(days=1),
    ).pk  # fmt: skip
    return token


def _bodies(hiring: Hiring, application: int, token: str, ids: dict[str, Any]) -> dict[str, Any]:
    """Where the least body of the schema would be about nothing."""
    return {
        "POST /inboxes/{participation_id}/decide": {"ids": [application], "to": "shortlisted"},
        "POST /employers/{employer_id}/positions": {"fair_slug": hiring.fair.slug},
        "POST /employers/{employer_id}/participations": {"fair_slug": make_fair(now=hiring.now).slug},
        "POST /employer-invitations/look": {"token": token},
        "POST /fairs/{slug}/kiosk/tickets": {"booth_id": ids["booth_id"]},
        "POST /desks/{desk_id}/call": {"ticket_id": ids["ticket_id"], "reason": "已约好时间"},
        "POST /tickets/{ticket_id}/transfer": {"booth_id": ids["booth_id"]},
        "POST /me/wechat-consents": {"code": "scene-code-0123"},
        "POST /me/push-subscriptions": {"p256dh": "A" * 87, "auth": "A" * 22},
        "POST /employer-invitations/accept": {"token": token},
        "POST /fairs/{slug}/scans": _walk_in(hiring),
        "POST /bookings/{booking_id}/move": {"slot_id": ids["slot_id"]},
        "POST /talks/{talk_id}/enter": {"page": "scene-page-1"},
        "POST /questions/{question_id}/answer": {"text": "有，四人间。"},
        "POST /rooms/{room_id}/polls": {"choices": ["甲", "乙"]},
        "POST /fairs/{slug}/services": {"service": "skills", "number": 777},
        "POST /services/{service_id}/counsellors": {"who": "second-counsellor"},
        "POST /live-sessions/{session_id}/people": {
            "people": [{"id": ids["person_id"], "role": "host", "real_name": "周岚"}]
        },
        "POST /services/{service_id}/booking-rule": {
            "slot_minutes": 20,
            "each": 2,
            "opens": "09:00",
            "closes": "17:00",
        },
    }


def _walk_in(hiring: Hiring) -> dict[str, Any]:
    """Somebody without a pass, counted at the fair's only gate."""
    (gate,) = plan_gates(fair=hiring.fair, gates=[GatePlan(None, "南门")], by=None, now=hiring.now)
    at = hiring.now.isoformat()
    scan = {"id": "0" * 32, "gate_id": gate.pk, "direction": "in", "shown": None, "device_at": at}
    return {"sent_at": at, "scans": [scan]}


def _send(client: Client, path: str, name: str, content: bytes) -> dict[str, Any]:
    files, key = {"file": SimpleUploadedFile(name, content)}, {"Idempotency-Key": uuid4().hex}
    reply = client.post(f"/api{path}", files, headers=key)
    assert reply.status_code in {200, 201}, reply.content
    return dict(reply.json())


def _office(fair: Fair, role: FairStaff.Role) -> User:
    user = User.objects.create_user(f"{role}-of-{fair.pk}")
    FairStaff.objects.create(fair=fair, user=user, role=role)
    return user


def _client(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
