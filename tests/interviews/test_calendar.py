"""The calendar file, read again by a reader that knows RFC 5545 and nothing of its writer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobfair.interviews import calendar

pytestmark = pytest.mark.unit
STARTS = datetime(2026, 4, 20, 6, 0, tzinfo=UTC)  # 14:00 in Shanghai
ENTRY = calendar.Entry(
    uid="8e5c6f0c-0000-4000-8000-000000000001@jobfair",
    sequence=0,
    is_cancelled=False,
    changed_at=STARTS - timedelta(days=2),
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=30),
    summary="示例精密制造有限公司面谈",
    description="第一行，a;b\\c\n第二行",
    location="南通市崇川区示例路 1 号, 2 楼；" + "很长的地址" * 12,
    organiser='示例"公司"',
    url="https://fair.example.org/bookings/1?a=中",
)


def unfold(content: bytes) -> list[str]:
    """RFC 5545, 3.1: lines end with CRLF, and one that begins with a space goes on from the last."""
    assert content.endswith(b"\r\n")
    raw = content[:-2].split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in raw)
    assert max(len(line) for line in raw) <= 75
    for line in raw:
        line.decode()  # no character is torn in two
    return content[:-2].replace(b"\r\n ", b"").decode().split("\r\n")


def values(content: bytes) -> dict[str, str]:
    lines = unfold(content)
    event = lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]
    alarm = event.index("BEGIN:VALARM") if "BEGIN:VALARM" in event else len(event)
    return dict(line.split(":", 1) for line in event[:alarm])


def unescape(value: str) -> str:
    out, chars = "", iter(value)
    for char in chars:
        follows = next(chars) if char == "\\" else None
        out += char if follows is None else {"n": "\n", "N": "\n"}.get(follows, follows)
    return out


def test_what_goes_in_comes_out_again() -> None:
    content = calendar.write(ENTRY)
    found, lines = values(content), unfold(content)
    assert found["DTSTART;TZID=Asia/Shanghai"] == "20260420T140000"
    assert found["DTEND;TZID=Asia/Shanghai"] == "20260420T143000"
    assert found["DTSTAMP"] == "20260418T060000Z"
    assert unescape(found["DESCRIPTION"]) == ENTRY.description
    assert unescape(found["LOCATION"]) == ENTRY.location
    assert found["UID"] == ENTRY.uid
    assert 'ORGANIZER;CN="示例公司"' in found
    assert found["URL"].isascii()
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    for name in ("VCALENDAR", "VTIMEZONE", "STANDARD", "VEVENT", "VALARM"):
        assert lines.count(f"BEGIN:{name}") == lines.count(f"END:{name}") == 1
    assert lines.index("TZID:Asia/Shanghai") < lines.index("BEGIN:VEVENT")
    assert lines[lines.index("BEGIN:STANDARD") + 3] == "TZOFFSETTO:+0800"


def test_a_change_and_a_cancellation_are_of_the_same_entry() -> None:
    moved = values(calendar.write(replace(ENTRY, sequence=1, starts_at=STARTS + timedelta(hours=2))))
    assert (moved["UID"], moved["SEQUENCE"], moved["STATUS"]) == (ENTRY.uid, "1", "CONFIRMED")
    content = calendar.write(replace(ENTRY, sequence=2, is_cancelled=True))
    assert "METHOD:CANCEL" in unfold(content)
    cancelled = values(content)
    assert (cancelled["UID"], cancelled["SEQUENCE"], cancelled["STATUS"]) == (ENTRY.uid, "2", "CANCELLED")
    assert b"VALARM" not in content


@pytest.mark.parametrize("hostile", ["x\r\nATTENDEE:mailto:a@b", "x\nEND:VEVENT", "x\x00\x1b y", "\\n;,"])
def test_no_text_becomes_a_line_of_its_own(hostile: str) -> None:
    content = calendar.write(replace(ENTRY, summary=hostile, organiser=hostile, location=hostile))
    assert sorted({line.split(":")[0].split(";")[0] for line in unfold(content)}) == sorted(
        {line.split(":")[0].split(";")[0] for line in unfold(calendar.write(ENTRY))}
    )


@pytest.mark.parametrize("length", [74, 75, 76, 150, 151])
def test_lines_are_folded_at_75_octets(length: int) -> None:
    folded = calendar.fold("x" * length)
    assert folded.replace("\r\n ", "") == "x" * length
    assert max(len(line) for line in folded.split("\r\n")) <= 75
