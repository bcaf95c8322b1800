"""The invariants of the lines, checked by raw SQL. Imports nothing from the project.

`violations(cursor)` takes a DB-API cursor (SQLite or PostgreSQL) and returns one sentence per violation.
"""

from __future__ import annotations

from typing import Any

ACTIVE = "('waiting','paused','called','arrived','serving')"
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
    "8 offsets per topic are 1..top without gaps": """
        SELECT s.topic, s.top, COUNT(e.id), MAX(e."offset") FROM realtime_stream s
        LEFT JOIN realtime_streamevent e ON e.topic = s.topic
        GROUP BY s.topic, s.top HAVING s.top <> COUNT(e.id) OR s.top <> COALESCE(MAX(e."offset"), 0)""",
    "2b no ticket was called twice at once": """
        SELECT ticket_id, COUNT(*) FROM booths_call WHERE state IN ('live','held')
        GROUP BY ticket_id HAVING COUNT(*) > 1""",
}


def violations(cursor: Any) -> list[str]:
    found = []
    for name, sql in CHECKS.items():
        cursor.execute(sql)
        found += [f"{name}: {row}" for row in cursor.fetchall()]
    return found
