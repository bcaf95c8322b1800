"""A booking as an iCalendar object (RFC 5545, RFC 5546): what a phone's calendar takes in, updates and removes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from jobfair.core import clock

OCTETS = 75  # of one line, its break not counted (RFC 5545, 3.1)
# China has had one time zone without summer time since 1991; 1970 is where calendars begin.
TIME_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Shanghai",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True)
class Entry:
    """`uid` stays the same through all changes and `sequence` rises with each. `url`: where the entry is looked at."""

    uid: str
    sequence: int
    is_cancelled: bool
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    location: str
    organiser: str
    url: str


def write(entry: Entry) -> bytes:
    """PUBLISH puts it in or changes it, CANCEL takes it out again."""
    method, status = ("CANCEL", "CANCELLED") if entry.is_cancelled else ("PUBLISH", "CONFIRMED")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//jobfair//interviews//ZH",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        *TIME_ZONE,
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_utc(entry.changed_at)}",
        f"LAST-MODIFIED:{_utc(entry.changed_at)}",
        f"DTSTART;TZID=Asia/Shanghai:{_local(entry.starts_at)}",
        f"DTEND;TZID=Asia/Shanghai:{_local(entry.ends_at)}",
        f"SUMMARY:{text(entry.summary)}",
        f"DESCRIPTION:{text(entry.description)}",
        f"LOCATION:{text(entry.location)}",
        f'ORGANIZER;CN="{_parameter(entry.organiser)}":{_uri(entry.url)}',
        f"URL:{_uri(entry.url)}",
        f"STATUS:{status}",
        "TRANSP:OPAQUE",
        *(() if entry.is_cancelled else ALARM),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{fold(line)}\r\n" for line in lines).encode()


ALARM = (
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT30M",
    "DESCRIPTION:面谈提醒",
    "END:VALARM",
)


def text(value: str) -> str:
    """A TEXT value (3.3.11): backslash, semicolon, comma and newline escaped, other controls left out."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    escaped = escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(char for char in escaped if char >= " " and char != "\x7f")


def fold(line: str) -> str:
    """No line longer than 75 octets, and no character torn in two: what follows begins with a space."""
    parts, part, size = [], "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > OCTETS:
            parts.append(part)
            part, size = " ", 1
        part += char
        size += octets
    return "\r\n".join([*parts, part])


def _parameter(value: str) -> str:
    """Within quotes (3.2): no quote, no control."""
    return "".join(char for char in value if char >= " " and char not in {'"', "\x7f"})


def _uri(value: str) -> str:
    return quote(value, safe=":/?&=#%@+~.,-_")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _local(at: datetime) -> str:
    return clock.local(at).strftime("%Y%m%dT%H%M%S")
