"""Who may do what: every operation of the API, every topic and every command, in one table.

An operation or topic that is not here fails the tests, so nothing goes out without someone having said who it is
for. All rows speak of the scene's own objects: its fair, its employer, its seeker. Who has no business with them
(another seeker, another employer's recruiter, another fair's staff) is out wherever he is not named.
"""

from __future__ import annotations

ROLES = (
    "anonymous", "guest", "seeker", "other_seeker", "recruiter", "other_recruiter", "staff", "other_staff",
    "organiser", "other_organiser", "superuser", "director", "moderator",
)  # fmt: skip

ANYONE = frozenset(ROLES)
USERS = ANYONE - {"anonymous"}  # a device with a guest's session, too
ACCOUNTS = USERS - {"guest"}
ORGANISER = frozenset({"organiser", "superuser"})
ORGANISERS = ORGANISER | {
    "other_organiser"
}  # lists of what each organises; the objects in them are ORGANISER's
RECRUITER = frozenset({"recruiter"})
SEEKER = frozenset({"seeker"})
VERIFIED = frozenset({"seeker", "other_seeker"})  # a phone of one's own
INVITED = frozenset({"other_seeker"})
COUNSELLOR = frozenset({"staff"})  # of the scene's service desk
SPEAKING = SEEKER | RECRUITER
IN_CHAT = SPEAKING | ORGANISER  # the scene's conversation was reported
CLERK = ORGANISER | {"staff"}
DIRECTOR = ORGANISER | {"director"}
MODERATOR = DIRECTOR | {"moderator"}
NOBODY: frozenset[str] = frozenset()

OPERATIONS: dict[str, frozenset[str]] = {
    # accounts
    "GET /me": ANYONE,
    "POST /guests": ANYONE,
    "POST /phone/request-code": ANYONE,
    "POST /phone/confirm": ANYONE,
    "POST /staff/sign-in": ANYONE,
    "POST /sign-in/second-factor": ANYONE,
    "POST /sign-out": ANYONE,
    "GET /dev/codes": NOBODY,  # but while developing
    "GET /me/second-factor": ACCOUNTS,
    "POST /me/second-factor": ACCOUNTS,
    "POST /me/second-factor/secret": ACCOUNTS,
    "POST /me/second-factor/recovery-codes": ACCOUNTS,
    "POST /me/step-up/request-code": ACCOUNTS,
    "POST /me/step-up": ACCOUNTS,
    # fairs
    "GET /fairs": ANYONE,
    "GET /fairs/{slug}": ANYONE,
    # employers
    "GET /me/employers": ACCOUNTS,
    "POST /employers": ACCOUNTS,
    "GET /employers/{employer_id}/file": RECRUITER,
    "POST /employers/{employer_id}/file": RECRUITER,
    "POST /employers/{employer_id}/licences/{paper}": RECRUITER,
    "GET /employers/{employer_id}/licence-files/{licence_id}": RECRUITER | ORGANISER,
    "POST /employers/{employer_id}/submit": RECRUITER,
    "GET /employers/{employer_id}/colleagues": RECRUITER,
    "POST /employers/{employer_id}/invitations": RECRUITER,
    "POST /employers/{employer_id}/invitations/{invitation_id}/revoke": RECRUITER,
    "POST /employers/{employer_id}/recruiters/{recruiter_id}/remove": RECRUITER,
    "POST /employers/{employer_id}/join-requests/{request_id}/answer": RECRUITER,
    "POST /employer-invitations/look": INVITED,
    "POST /employer-invitations/accept": INVITED,
    "GET /employers/{employer_id}/participations": RECRUITER,
    "POST /employers/{employer_id}/participations": RECRUITER,
    "POST /participations/{participation_id}/contact": RECRUITER,
    "POST /participations/{participation_id}/withdraw": RECRUITER,
    "GET /review/employers": ORGANISERS,
    "GET /review/employers/{employer_id}": ORGANISER,
    "POST /review/employers/{employer_id}/take": ORGANISER,
    "POST /review/employers/{employer_id}/decide": ORGANISER,
    "POST /review/participations/{participation_id}/decide": ORGANISER,
    # positions
    "GET /positions/{position_id}": ANYONE,
    "GET /positions/{position_id}/qr.svg": ANYONE,
    "POST /positions/{position_id}/reports": ANYONE,
    "GET /places": ANYONE,
    "GET /occupations": ANYONE,
    "GET /employers/{employer_id}/positions": RECRUITER,
    "POST /employers/{employer_id}/positions": RECRUITER,
    "GET /positions/{position_id}/edit": RECRUITER,
    "PUT /positions/{position_id}/edit": RECRUITER,
    "POST /positions/{position_id}/discard": RECRUITER,
    "POST /positions/{position_id}/submit": RECRUITER,
    "POST /positions/{position_id}/close": RECRUITER,
    "GET /fairs/{slug}/review/positions": ORGANISER,
    "GET /review/reasons": ACCOUNTS,
    "POST /fairs/{slug}/review/publish": ORGANISER,
    "POST /fairs/{slug}/review/confirm-duties": ORGANISER,
    "POST /positions/{position_id}/refuse": ORGANISER,
    "GET /fairs/{slug}/review/reports": ORGANISER,
    "POST /reports/{complaint_id}/settle": ORGANISER,
    "POST /fairs/{slug}/imports": ORGANISER,
    "POST /employers/{employer_id}/imports": RECRUITER,
    "GET /imports/{import_id}": RECRUITER,
    "GET /imports/{import_id}/rows": RECRUITER,
    "GET /imports/{import_id}/report.xlsx": RECRUITER,
    "POST /imports/{import_id}/confirm": RECRUITER,
    # booths
    "GET /fairs/{slug}/booths": ANYONE,
    "GET /booths/{booth_id}": ANYONE,
    "GET /booths/{booth_id}/qr.svg": ANYONE,
    "POST /booths/{booth_id}/tickets": USERS,
    "POST /tickets/claim": USERS,  # by the code on a paper
    "GET /tickets/{ticket_id}": SEEKER,
    "GET /me/tickets": USERS,
    "POST /tickets/{ticket_id}/arrive": SEEKER,
    "POST /tickets/{ticket_id}/leave": SEEKER,
    "POST /tickets/{ticket_id}/pause": SEEKER,
    "POST /tickets/{ticket_id}/resume": SEEKER,
    "POST /tickets/{ticket_id}/ready": SEEKER,
    "POST /tickets/{ticket_id}/later": SEEKER,
    "POST /tickets/{ticket_id}/priority": CLERK,
    "POST /fairs/{slug}/kiosk/tickets": CLERK,
    "GET /fairs/{slug}/kiosk/tickets/{label}": CLERK,
    "GET /booths/{booth_id}/desk": RECRUITER,
    "GET /booths/{booth_id}/next-five": RECRUITER,
    "GET /tickets/{ticket_id}/visitor": RECRUITER,
    "POST /booths/{booth_id}/last-ticket": RECRUITER,
    "POST /desks/{desk_id}/duty": RECRUITER,
    "POST /desks/{desk_id}/call": RECRUITER,
    "POST /tickets/{ticket_id}/recall": RECRUITER,
    "POST /tickets/{ticket_id}/hold": RECRUITER,
    "POST /tickets/{ticket_id}/transfer": RECRUITER,
    "POST /tickets/{ticket_id}/undo": RECRUITER,
    "POST /booths/{booth_id}/open": RECRUITER,
    "POST /booths/{booth_id}/pause": RECRUITER,
    "POST /booths/{booth_id}/resume": RECRUITER,
    "POST /booths/{booth_id}/close": RECRUITER,
    "POST /desks/{desk_id}/call-next": RECRUITER,
    "POST /tickets/{ticket_id}/miss": RECRUITER,
    "POST /tickets/{ticket_id}/serve": RECRUITER,
    "POST /tickets/{ticket_id}/finish": RECRUITER,
    # advice
    "GET /services/{service_id}/slots": ANYONE,
    "POST /services/{service_id}/appointments": VERIFIED,
    "GET /services/{service_id}/expected": COUNSELLOR,
    "POST /appointments/{appointment_id}/cancel": SEEKER,
    "POST /appointments/{appointment_id}/admit": SEEKER,
    "GET /me/advice": USERS,
    "GET /advice/{advised_id}": SEEKER | COUNSELLOR,
    "POST /advice/{advised_id}": COUNSELLOR,
    "POST /advice-steps/{step_id}/tick": SEEKER,
    "GET /fairs/{slug}/service-figures": ORGANISER,
    "GET /fairs/{slug}/services": ORGANISER,
    "POST /fairs/{slug}/services": ORGANISER,
    "POST /services/{service_id}/counsellors": ORGANISER,
    "POST /services/{service_id}/counsellors/{counsellor_id}/remove": ORGANISER,
    "POST /services/{service_id}/booking-rule": ORGANISER,
    # checkin
    "PUT /fairs/{slug}/pass": USERS,
    "GET /fairs/{slug}/doors": CLERK,
    "POST /fairs/{slug}/scans": CLERK,
    "GET /fairs/{slug}/doors/day": ORGANISER,
    "PUT /fairs/{slug}/gates": ORGANISER,
    "POST /fairs/{slug}/doors/capacity": ORGANISER,
    "POST /fairs/{slug}/doors/recount": ORGANISER,
    # applications
    "GET /positions/{position_id}/consent": ANYONE,
    "POST /positions/{position_id}/applications": VERIFIED,
    "GET /positions/{position_id}/my-application": ACCOUNTS,
    "GET /me/applications": ACCOUNTS,
    "GET /applications/{application_id}": SEEKER,
    "POST /applications/{application_id}/withdraw": SEEKER,
    "GET /employers/{employer_id}/answer-rate": ANYONE,
    "GET /inboxes": ACCOUNTS,
    "GET /inboxes/{participation_id}": RECRUITER,
    "GET /inboxes/{participation_id}/applications": RECRUITER,
    "POST /inboxes/{participation_id}/applications/{application_id}/open": RECRUITER,
    "GET /inboxes/{participation_id}/applications/{application_id}/resume.pdf": RECRUITER,
    "GET /inboxes/{participation_id}/applications/{application_id}/file": RECRUITER,
    "GET /inboxes/{participation_id}/export.xlsx": RECRUITER,
    "GET /inboxes/{participation_id}/reasons": RECRUITER,
    "POST /inboxes/{participation_id}/decide": RECRUITER,
    "POST /inboxes/{participation_id}/undo": RECRUITER,
    "POST /inboxes/{participation_id}/applications/{application_id}/notes": RECRUITER,
    "GET /inboxes/{participation_id}/figures": RECRUITER,
    "GET /fairs/{slug}/overdue": ORGANISER,
    "GET /participations/{participation_id}/overdue": ORGANISER,
    "POST /participations/{participation_id}/remind": ORGANISER,
    "GET /me/starts": ACCOUNTS,
    "GET /applications/{application_id}/start": SEEKER,
    "POST /applications/{application_id}/start-word": SEEKER,
    "GET /inboxes/{participation_id}/applications/{application_id}/start": RECRUITER,
    "POST /inboxes/{participation_id}/applications/{application_id}/start": RECRUITER,
    "POST /inboxes/{participation_id}/applications/{application_id}/start-word": RECRUITER,
    "GET /me/consents": ACCOUNTS,
    "GET /me/exports": ACCOUNTS,
    "POST /me/exports": ACCOUNTS,
    "GET /me/exports/{export_id}/file": SEEKER,
    "POST /me/close": ACCOUNTS,
    # notices
    "GET /me/notices": USERS,
    "POST /me/notices/acknowledge": USERS,
    "GET /me/notice-preferences": USERS,
    "PUT /me/notice-preferences": USERS,
    "POST /me/push-subscriptions": USERS,
    "POST /me/push-subscriptions/remove": USERS,
    "POST /me/wechat-consents": ACCOUNTS,
    "POST /gateways/{channel}/reports": NOBODY,  # a gateway, by its signature
    "GET /dev/messages": NOBODY,  # but while developing
    # chat
    "GET /chat-places/{place}": ANYONE,
    "POST /conversations": VERIFIED,
    "GET /me/conversations": ACCOUNTS,
    "GET /conversations/{conversation_id}": IN_CHAT,
    "GET /conversations/{conversation_id}/messages": IN_CHAT,
    "POST /conversations/{conversation_id}/messages/{cid}": SEEKER,  # and recruiters with a proven phone
    "POST /conversations/{conversation_id}/files/{cid}": SEEKER,
    "GET /conversations/{conversation_id}/attachments/{message_id}": IN_CHAT,
    "POST /conversations/{conversation_id}/messages/{message_id}/withdraw": RECRUITER,
    "POST /conversations/{conversation_id}/block": SPEAKING,
    "POST /conversations/{conversation_id}/unblock": SPEAKING,
    "POST /conversations/{conversation_id}/report": SPEAKING,
    "GET /chat-desks/{place}": RECRUITER,
    "GET /chat-desks/{place}/conversations": RECRUITER,
    "PUT /chat-desks/{place}/canned-replies": RECRUITER,
    "POST /conversations/{conversation_id}/claim": RECRUITER,
    "POST /conversations/{conversation_id}/settle": RECRUITER,
    "POST /conversations/{conversation_id}/transfer": RECRUITER,
    "GET /chat-complaints/{scope}": ORGANISER,
    "GET /conversations/{conversation_id}/complaint": ORGANISER,
    "POST /chat-complaints/{report_id}/answer": ORGANISER,
    # interviews
    "POST /tickets/{ticket_id}/video": SPEAKING,
    "POST /bookings/{booking_id}/video": SPEAKING,
    "GET /talks/{talk_id}": SPEAKING,
    "GET /talks/{talk_id}/file": RECRUITER,
    "GET /talks/{talk_id}/ice-servers": SPEAKING,
    "POST /talks/{talk_id}/enter": SPEAKING,
    "POST /talks/{talk_id}/end": RECRUITER,
    "GET /booths/{booth_id}/slots": ANYONE,
    "GET /booths/{booth_id}/slot-desk": RECRUITER,
    "POST /booths/{booth_id}/slots": RECRUITER,
    "POST /slots/{slot_id}/withdraw": RECRUITER,
    "POST /slots/{slot_id}/bookings": VERIFIED,
    "POST /bookings/{booking_id}/move": SEEKER,
    "POST /bookings/{booking_id}/cancel": SPEAKING,
    "GET /bookings/{booking_id}/calendar.ics": SPEAKING,
    "GET /me/bookings": USERS,
    # livestream
    "GET /fairs/{slug}/rooms": ANYONE,
    "GET /rooms/{room_id}": ANYONE,
    # the way round the socket: TOPICS and COMMANDS say who; here neither exists
    "GET /streams/{topic}": NOBODY,
    "POST /commands/{name}": NOBODY,
    # résumés
    "GET /me/resume": USERS,
    "PUT /me/resume": USERS,
    "POST /me/resume/file": ACCOUNTS,
    "DELETE /me/resume/file": ACCOUNTS,
    "GET /me/resume/file": SEEKER,
    "GET /me/resume/preview": USERS,
    "GET /me/resume.pdf": USERS,
    # search
    "GET /search/positions": ANYONE,
    "GET /search/employers": ANYONE,
}

TOPICS: dict[str, frozenset[str]] = {
    "booth:{id}": ANYONE,
    "booth:{id}:desk": RECRUITER,
    "booth:{id}:chats": RECRUITER,
    "chat:{id}": IN_CHAT,
    "chat:{id}:typing": IN_CHAT,
    "fair:{id}": ANYONE,
    "fair:{id}:doors": CLERK,
    "fair:{id}:entry": ANYONE,
    "booth:{id}:estimates": ANYONE,
    "fair:{id}:calls": ANYONE,
    "inbox:{id}": RECRUITER,
    "live:{id}": ANYONE,
    "live:{id}:control": MODERATOR,
    "talk:{id}": SPEAKING,
    "user:{id}": SEEKER,
    "user:{id}:advice": SEEKER,
    "user:{id}:applications": SEEKER,
    "user:{id}:chats": SEEKER,
    "user:{id}:notices": SEEKER,
}

COMMANDS: dict[str, frozenset[str]] = {
    "chat.post_message": SPEAKING,
    "chat.mark_seen": IN_CHAT,
    "chat.say_typing": SPEAKING,
    "interviews.send_signal": SPEAKING,
    "interviews.leave_talk": SPEAKING,
}
