"""The invariants of lines, applications, positions, messages and pushes, checked by raw SQL. Imports nothing of ours.

`violations(cursor)` takes a DB-API cursor (SQLite or PostgreSQL) and returns one sentence per violation.
"""

from __future__ import annotations

from typing import Any

ACTIVE = "('waiting','paused','called','arrived','serving')"
LAST_STEP = """SELECT s.state FROM applications_applicationstep s
        LEFT JOIN applications_decision d ON d.id = s.decision_id WHERE s.application_id = a.id
        AND (d.state IS NULL OR d.state <> 'undone') ORDER BY s.id DESC LIMIT 1"""
CHECKS = {
    "1a one active ticket per seeker and booth": f"""
        SELECT booth_id, seeker_id, COUNT(*) FROM booths_ticket WHERE state IN {ACTIVE}
        GROUP BY booth_id, seeker_id HAVING COUNT(*) > 1""",
    "1b at most the fair's number of active tickets per seeker": f"""
        SELECT t.seeker_id, b.fair_id, COUNT(*) FROM booths_ticket t
        JOIN booths_booth b ON b.id = t.booth_id JOIN fairs_fair f ON f.id = b.fair_id
        WHERE t.state IN {ACTIVE} GROUP BY t.seeker_id, b.fair_id, f.tickets_per_seeker
        HAVING COUNT(*) > f.tickets_per_seeker""",
    "2 numbers per booth and day are 1..n without gaps or repeats": """
        SELECT booth_id, day, COUNT(*), MAX(number) FROM booths_ticket GROUP BY booth_id, day
        HAVING COUNT(*) <> MAX(number) OR COUNT(DISTINCT number) <> COUNT(*) OR MIN(number) <> 1""",
    "4a at most one ticket served per desk": """
        SELECT desk_id, COUNT(*) FROM booths_interview WHERE ended_at IS NULL
        GROUP BY desk_id HAVING COUNT(*) > 1""",
    "4b no ticket served twice at once": """
        SELECT ticket_id, COUNT(*) FROM booths_interview WHERE ended_at IS NULL
        GROUP BY ticket_id HAVING COUNT(*) > 1""",
    "4c a ticket is served exactly while its interview is open": """
        SELECT t.id, t.state FROM booths_ticket t WHERE (t.state = 'serving') <>
        EXISTS (SELECT 1 FROM booths_interview i WHERE i.ticket_id = t.id AND i.ended_at IS NULL)""",
    "5a a seeker is called by at most one booth": """
        SELECT seeker_id, COUNT(*) FROM booths_call WHERE state = 'live'
        GROUP BY seeker_id HAVING COUNT(*) > 1""",
    "5b a ticket is called, arrived or serving exactly while its call is live": """
        SELECT t.id, t.state FROM booths_ticket t WHERE (t.state IN ('called','arrived','serving')) <>
        EXISTS (SELECT 1 FROM booths_call c WHERE c.ticket_id = t.id AND c.state = 'live')""",
    "5c a held call's ticket keeps waiting": """
        SELECT c.id, t.state FROM booths_call c JOIN booths_ticket t ON t.id = c.ticket_id
        WHERE c.state = 'held' AND t.state <> 'waiting'""",
    "5d a held call has a live one elsewhere": """
        SELECT c.id, c.seeker_id FROM booths_call c WHERE c.state = 'held' AND NOT EXISTS
        (SELECT 1 FROM booths_call o WHERE o.seeker_id = c.seeker_id AND o.state = 'live')""",
    "5e a call's seeker is its ticket's": """
        SELECT c.id FROM booths_call c JOIN booths_ticket t ON t.id = c.ticket_id
        WHERE c.seeker_id <> t.seeker_id""",
    "3 ended tickets, and only they, have an end": f"""
        SELECT id, state FROM booths_ticket WHERE (state IN {ACTIVE}) <> (ended_at IS NULL)""",
    "8 offsets per topic are floor+1..top without gaps": """
        SELECT s.topic, s.top, s.floor, COUNT(e.id), MAX(e."offset") FROM realtime_stream s
        LEFT JOIN realtime_streamevent e ON e.topic = s.topic GROUP BY s.topic, s.top, s.floor
        HAVING s.top - s.floor <> COUNT(e.id) OR s.top <> COALESCE(MAX(e."offset"), s.floor)""",
    "2b no ticket was called twice at once": """
        SELECT ticket_id, COUNT(*) FROM booths_call WHERE state IN ('live','held')
        GROUP BY ticket_id HAVING COUNT(*) > 1""",
}
HIRING = {
    "6a one application per seeker, position and fair": """
        SELECT seeker_id, position_id, fair_id, COUNT(*) FROM applications_application
        GROUP BY seeker_id, position_id, fair_id HAVING COUNT(*) > 1""",
    "6b one application per client id": """
        SELECT seeker_id, cid, COUNT(*) FROM applications_application
        GROUP BY seeker_id, cid HAVING COUNT(*) > 1""",
    "6c an application stands in its position's fair and its employer's inbox": """
        SELECT a.id FROM applications_application a JOIN positions_position p ON p.id = a.position_id
        JOIN employers_participation i ON i.id = a.participation_id
        WHERE a.fair_id <> p.fair_id OR i.fair_id <> p.fair_id OR i.employer_id <> p.employer_id""",
    "6d an application carries its own seeker's résumé": """
        SELECT a.id FROM applications_application a JOIN resumes_resumeversion r ON r.id = a.resume_id
        WHERE r.seeker_id <> a.seeker_id""",
    "6e an application's last step that stands is its state": f"""
        SELECT a.id, a.state FROM applications_application a WHERE a.state <> COALESCE(({LAST_STEP}), '')""",
    "6f whoever applied had agreed": """
        SELECT a.id FROM applications_application a
        JOIN employers_participation i ON i.id = a.participation_id
        WHERE NOT EXISTS (SELECT 1 FROM applications_consent c
        WHERE c.seeker_id = a.seeker_id AND c.employer_id = i.employer_id AND c.given_at <= a.submitted_at)""",
    "6g a step leads from the state before it": """
        SELECT s.id FROM applications_applicationstep s WHERE (s.was = '') <> (s.state = 'submitted')""",
    "6h nothing is decided before a person has opened it": """
        SELECT a.id, a.state FROM applications_application a
        WHERE a.opened_at IS NULL AND a.state NOT IN ('submitted','withdrawn')""",
    "6i a rejection says why": """
        SELECT id FROM applications_applicationstep WHERE state = 'rejected' AND reason_code = ''""",
    "9a of what was withdrawn no push is kept for the employer": """
        SELECT a.id FROM applications_application a JOIN applications_applicationstep s
        ON s.application_id = a.id AND s.state = 'withdrawn' JOIN realtime_streamevent e
        ON e.topic = 'inbox:' || CAST(a.participation_id AS text) AND e.type = 'applications.inbox_changed'
        WHERE CAST(e.payload AS text) LIKE '%"id": ' || CAST(a.id AS text) || ',%'""",
    "9b of what was withdrawn no reply is kept but the withdrawal's own": """
        SELECT r.id FROM applications_application a
        JOIN core_commandsubject c ON c.subject = 'application:' || CAST(a.id AS text)
        JOIN core_commandresult r ON r.id = c.result_id
        WHERE a.state = 'withdrawn' AND r.reply IS NOT NULL AND CAST(r.reply AS text) <> 'null'""",
    "13a an answer that is owed has an owner who exists": """
        SELECT a.id, a.owner_level FROM applications_application a
        JOIN employers_participation i ON i.id = a.participation_id
        WHERE a.state IN ('submitted','opened') AND NOT (a.owner_level = 'organiser'
        OR (a.owner_level = 'recruiter' AND EXISTS (SELECT 1 FROM employers_recruiter r
            WHERE r.employer_id = i.employer_id AND r.user_id = a.owner_id))
        OR (a.owner_level = 'booth' AND EXISTS (SELECT 1 FROM employers_recruiter r
            WHERE r.employer_id = i.employer_id)))""",
    "13b an answer that is owed below the organiser has a time to go up": """
        SELECT id FROM applications_application WHERE state IN ('submitted','opened')
        AND owner_level <> 'organiser' AND escalates_at IS NULL""",
    "13c nothing that was answered or is over goes up": """
        SELECT id FROM applications_application
        WHERE escalates_at IS NOT NULL AND (answered_at IS NOT NULL OR state = 'withdrawn')""",
    "13d what was told to a seeker and is an answer has answered": """
        SELECT a.id FROM applications_application a WHERE (a.answered_at IS NOT NULL) <> EXISTS
        (SELECT 1 FROM applications_applicationstep s WHERE s.application_id = a.id AND s.told_at IS NOT NULL
        AND s.state IN ('shortlisted','invited','offered','hired','rejected'))""",
}


NOT_PAST = (
    "'booths.ticket_taken','booths.ticket_resumed','booths.call_undone'"  # waits, and nobody else has a say
)
TURNS = f"""{NOT_PAST},'booths.ticket_paused','booths.call_held','booths.call_released',
        'booths.ticket_called','booths.ticket_requeued','booths.ticket_ended','booths.ticket_transferred'"""
WIDER = {
    "2c a later ticket has the higher number": """
        SELECT a.id, b.id FROM booths_ticket a JOIN booths_ticket b ON b.booth_id = a.booth_id AND b.day = a.day
        AND b.number = a.number + 1 WHERE b.id < a.id""",
    "2d nobody was called before one who stood in front, unless picked": f"""
        SELECT c.id, a.id, b.id FROM core_auditentry c
        JOIN booths_ticket b ON c.subject = 'ticket:' || CAST(b.id AS text)
        JOIN booths_ticket a ON a.booth_id = b.booth_id AND a.day = b.day AND a.channel = b.channel
            AND a.number < b.number
        WHERE c.action = 'booths.ticket_called' AND a.priority = '' AND b.priority = ''
        AND a.misses = 0 AND b.misses = 0 AND a.postponed = 0
        AND a.transferred_from_id IS NULL AND b.transferred_from_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM core_auditentry p
            WHERE p.subject = c.subject AND p.action = 'booths.ticket_picked')
        AND (SELECT l.action FROM core_auditentry l WHERE l.subject = 'ticket:' || CAST(a.id AS text)
            AND l.id < c.id AND l.action IN ({TURNS}) ORDER BY l.id DESC LIMIT 1) IN ({NOT_PAST})""",
    "3b a ticket is in one of the ten states": f"""
        SELECT id, state FROM booths_ticket WHERE state NOT IN {ACTIVE}
        AND state NOT IN ('done','missed','left','transferred','expired')""",
    "3c a ticket was transferred exactly if another goes on for it": """
        SELECT t.id FROM booths_ticket t WHERE (t.state = 'transferred') <>
        EXISTS (SELECT 1 FROM booths_ticket n WHERE n.transferred_from_id = t.id)""",
    "7 a ticket that was acknowledged is there": """
        SELECT r.id FROM core_commandresult r WHERE r.command LIKE 'booths.take_ticket:%'
        AND r.reply ->> 'id' IS NOT NULL AND NOT EXISTS (SELECT 1 FROM booths_ticket t
        WHERE t.id = CAST(r.reply ->> 'id' AS integer) AND t.number = CAST(r.reply ->> 'number' AS integer))""",
    "8b the last that was told of a ticket is its state": """
        SELECT t.id, t.state, e.said FROM booths_ticket t JOIN (
            SELECT CAST(COALESCE(payload -> 'ticket' ->> 'ticket_id', payload ->> 'ticket_id') AS integer) AS id,
            COALESCE(payload -> 'ticket' ->> 'state', payload ->> 'state') AS said,
            ROW_NUMBER() OVER (PARTITION BY topic,
                COALESCE(payload -> 'ticket' ->> 'ticket_id', payload ->> 'ticket_id')
                ORDER BY "offset" DESC) AS back
            FROM realtime_streamevent WHERE type LIKE 'booths.ticket_%'
        ) e ON e.id = t.id WHERE e.back = 1 AND e.said <> t.state""",
    "10 a published position states what the law asks": """
        SELECT id FROM positions_position WHERE state = 'published' AND (title = '' OR headcount_min IS NULL
        OR headcount_min < 1 OR pay_min IS NULL OR pay_min < 1 OR pay_unit = '' OR duties = ''
        OR duties_confirmed_at IS NULL OR area = '' OR education = '' OR valid_from IS NULL
        OR valid_until IS NULL OR valid_until < valid_from OR published_at IS NULL
        OR (is_repost AND source = ''))""",
    "11 the last figure told of a day's talks is their count": """
        SELECT e.topic, e.told FROM (
            SELECT topic, CAST(payload ->> 'talked_today' AS integer) AS told,
            CAST(COALESCE(payload -> 'ticket' ->> 'ticket_id', payload ->> 'ticket_id') AS integer) AS ticket,
            ROW_NUMBER() OVER (PARTITION BY topic ORDER BY "offset" DESC) AS back
            FROM realtime_streamevent WHERE type IN ('booths.desk_ticket_ended', 'booths.desk_finish_undone')
        ) e JOIN booths_ticket t ON t.id = e.ticket WHERE e.back = 1 AND e.told > 0 AND e.told <> (
            SELECT COUNT(DISTINCT o.id) FROM booths_ticket o JOIN booths_interview i ON i.ticket_id = o.id
            WHERE o.booth_id = t.booth_id AND o.day = t.day AND i.result = 'talked')""",
    "12a a message that is to be sent has somebody to send it": """
        SELECT m.id FROM notices_message m WHERE m.state = 'queued' AND NOT EXISTS (SELECT 1 FROM core_job j
        WHERE REPLACE(j.key, '-', '') = REPLACE(CAST(m.uid AS text), '-', '') AND j.state <> 'done')""",
    "12b a message is in one of its states, and was handed over if it was sent": """
        SELECT id, state FROM notices_message WHERE state NOT IN
        ('queued','sent','delivered','failed','withheld','dropped','expired')
        OR (state IN ('sent','delivered') AND sent_at IS NULL)""",
    "13e a question in a conversation has a time to be answered and an owner above": """
        SELECT id FROM chat_conversation WHERE waiting_since IS NOT NULL
        AND (answer_due_at IS NULL OR (level <> 'organiser' AND escalates_at IS NULL))""",
    "13f a result that waits for consent has an end": """
        SELECT id FROM booths_interview WHERE consent = 'awaited' AND consent_due_at IS NULL""",
    "13g a pause has an end": """
        SELECT id FROM booths_ticket WHERE state = 'paused' AND paused_until IS NULL""",
    "14a a cue is on air exactly while it has an open airing": """
        SELECT c.id, c.state FROM livestream_cue c WHERE (c.state = 'on_air') <>
        EXISTS (SELECT 1 FROM livestream_airing a WHERE a.cue_id = c.id AND a.ended_at IS NULL)""",
    "14b nothing is on air in a broadcast that is not on": """
        SELECT c.id, s.state FROM livestream_cue c JOIN livestream_livesession s ON s.id = c.session_id
        WHERE c.state = 'on_air' AND s.state NOT IN ('live','interrupted')""",
    "14c what was pinned is a posting of the cue's employer": """
        SELECT n.id FROM livestream_pinnedposition n JOIN livestream_airing a ON a.id = n.airing_id
        JOIN livestream_cue c ON c.id = a.cue_id JOIN positions_position p ON p.id = n.position_id
        WHERE c.employer_id IS NULL OR c.employer_id <> p.employer_id""",
}


def violations(cursor: Any) -> list[str]:
    found = []
    for name, sql in (CHECKS | HIRING | WIDER).items():
        cursor.execute(sql)
        found += [f"{name}: {row}" for row in cursor.fetchall()]
    return found


def names() -> list[str]:
    """What is checked; each sentence of `violations` begins with one of these."""
    return list(CHECKS | HIRING | WIDER)
