"""Base pay in the spellings of real sheets, as yuan per month, day, hour or year.

The cell is cut into phrases. A phrase is an amount (or a range) only if it matches the whole grammar below;
known benefits go to the note; anything else that holds a digit makes the cell unreadable. A bare number
counts as monthly only where nothing else is plausible.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from jobfair.positions.sheet.text import LONGEST_VALUE, Unread, folded, is_blank, with_digits

MISSING = "positions.pay_missing"
BASE_MISSING = "positions.pay_base_missing"
UNREADABLE = "positions.pay_unreadable"

NOTE_LENGTH = 80
_NEGOTIABLE = re.compile(r"面议|面谈|电议|详谈|洽谈|协商|商议")
_UNIT_OF_WORD = {
    "月": "month",
    "年": "year",
    "天": "day",
    "日": "day",
    "小时": "hour",
    "时": "hour",
    "H": "hour",
}
_SCALE = {"": 1, "K": 1000, "千": 1000, "W": 10000, "万": 10000}
# Yuan between which an amount of this unit is believable; outside it, a unit or a zero was mistyped.
_PLAUSIBLE = {"month": (500, 200_000), "year": (10_000, 5_000_000), "day": (30, 5_000), "hour": (5, 1_000)}
_BARE_MONTHLY = (1_000, 30_000)

_PER = r"(?:/|每|一|PER)?(?P<{0}>月|年|天|日|小时|时|H)"
_AMOUNT = r"(?P<{0}>\d{{1,9}}(?:\.\d{{1,4}})?)(?P<{0}_scale>[KW千万])?元?"
_PHRASE = re.compile(
    r"^(?:综合|实际|税前|税后|到手|约|转正后?|计件|预计|平均|人均|[:：])*"
    r"(?P<unit_word>[月年日时天]薪|月收入|年收入|(?:每|按)?(?:月|年|天|日|小时)(?=\d|不低于|至少))?"
    r"(?P<base>无责任?)?(?P<base_word>底薪|基本工资|基础工资|保底工资|保底|固定工资|起薪)?"
    r"(?:综合|工资|薪资|薪酬|收入|待遇|税前|税后|到手|约|为|[:：])*"
    r"(?P<at_least>不低于|至少|最低|>=|≥|>)?(?P<at_most>不超过|最高|<=|≤|低于)?"
    + _AMOUNT.format("low")
    + r"(?:"
    + _PER.format("per_low")
    + r")?"
    r"(?:-" + _AMOUNT.format("high") + r")?"
    r"(?P<open>及?以上|起步?)?(?P<below>及?以下|以内|封顶)?(?:左右|上下|不等)?"
    r"(?:" + _PER.format("per") + r")?(?P<open_too>及?以上|起步?)?(?:左右|不等)?(?P<tail>\D*)$"
)
_TAIL = re.compile(
    r"^(?:包|管|提供|含|五险|六险|缴|双休|单休|有|另|外加|加|奖|提成|绩效|补贴|全勤|年终|节日|面议|待遇|多劳|计件|"
    r"税|到手|底薪|社保|保险|食宿|高|月结|日结|月付|免费|具体|工资|综合|全包|转正)"
)
_BENEFIT = re.compile(
    r"补|津贴|奖|提成|\d\d薪|险|休|班|小时制|工作制|[天日]\d+小时|试用|工龄|年假|每单|分红|餐|住房|加班|节"
)
_QUALIFIERS = ("计件", "综合", "税前", "税后", "到手", "左右")
_HOURS = re.compile(
    r"(?:每天|每日|日均|工作)?\d+小时(?:工作制|制|/天|每天|工作)|(?:每?月|每?周)休\d天|做\d休\d|\d+天\d+小时"
)
_EXTRA_MONTHS = re.compile(r"[·X×*\-]?1[2-9](?:-1[3-9])?薪")


@dataclass(frozen=True)
class Pay:
    """`most` is None where no upper bound is stated; `unit` is a value of Position.PayUnit."""

    least: int
    most: int | None
    unit: str
    note: str


@dataclass(frozen=True)
class _Amount:
    low: Decimal
    high: Decimal | None
    unit: str | None
    is_base: bool
    is_below: bool
    is_total: bool
    said: tuple[str, ...]


def read_pay(text: str, *, unit: str | None = None, scale: int = 1) -> Pay | Unread:
    """`unit` and `scale` come from the column's header (`薪资（千元/月）`), for a cell that is silent."""
    if is_blank(text):
        return Unread(MISSING, text)
    if len(text) > LONGEST_VALUE:
        return Unread(UNREADABLE, text)
    phrases = _phrases(text)
    amounts: list[_Amount] = []
    notes: list[str] = []
    for phrase, is_extra in phrases:
        amount = _amount(phrase, unit, scale)
        if amount and (not is_extra or amount.is_base):
            amounts.append(amount)
        elif re.search(r"\d", phrase) and not is_extra and not _BENEFIT.search(phrase):
            return Unread(UNREADABLE, text)
        else:
            notes.append(phrase)
    if not amounts:
        return _unstated(text, phrases)
    chosen = [amount for amount in amounts if amount.is_base] or [one for one in amounts if not one.is_total]
    chosen = chosen or amounts
    if len(chosen) > 1:
        return Unread(UNREADABLE, text)
    if not chosen[0].is_base and any(
        re.fullmatch(r"(?:无责)?(?:底薪|基本工资|保底)", note) for note in notes
    ):
        return Unread(BASE_MISSING, text)
    others = [phrase for phrase, _ in phrases if _amount(phrase, unit, scale) != chosen[0]]
    return _pay(chosen[0], text, [*chosen[0].said, *others], has_extras=any(extra for _, extra in phrases))


def _phrases(text: str) -> list[tuple[str, bool]]:
    """The cell's phrases, each with whether a `+` makes it something on top of the base."""
    plain = folded(with_digits(text))
    plain = re.sub("RMB|人民币|¥", "", plain)
    plain = re.sub(r"-?上不封顶", "以上", plain)
    plain = re.sub(r"(?<=[\dKW千万元])\+(?=$|/|[,;、。()])", "以上", plain)
    plain = _EXTRA_MONTHS.sub(lambda found: "," + found.group().lstrip("·X×*-") + ",", plain)
    plain = _HOURS.sub(lambda found: "," + found.group() + ",", plain)
    cut = re.split(r"([,;、。()|+]|(?<=\d)\.(?!\d))", plain)
    marks = ["", *cut[1::2]]
    return [(phrase, mark == "+") for phrase, mark in zip(cut[::2], marks, strict=True) if phrase]


def _amount(phrase: str, unit: str | None, scale: int) -> _Amount | None:
    found = _PHRASE.match(phrase)
    if not found or (found["tail"] and not _TAIL.match(found["tail"])):
        return None
    words = [found["unit_word"], found["per_low"], found["per"]]
    units = {_UNIT_OF_WORD[re.sub("^[每按]|薪|收入", "", word)] for word in words if word}
    if len(units) > 1:
        return None
    low, high = _scaled(found, scale)
    if high is None and not (found["at_least"] or found["open"] or found["open_too"] or found["base_word"]):
        high = low
    return _Amount(
        low=low,
        high=high,
        unit=units.pop() if units else unit,
        is_base=bool(found["base_word"] or found["base"]),
        is_below=bool(found["at_most"] or found["below"]) and not found["high"],
        is_total=phrase.startswith("综合"),
        said=(*(word for word in _QUALIFIERS if word in phrase and word not in found["tail"]), found["tail"]),
    )


def _scaled(found: re.Match[str], scale: int) -> tuple[Decimal, Decimal | None]:
    """In `8-10K` and `0.6-0.7万` the first number shares the second's unit; in `6000-1万` it does not."""
    low_scale, high_scale = found["low_scale"] or "", found["high_scale"] or ""
    low = Decimal(found["low"])
    if found["high"] is None:
        return low * (_SCALE[low_scale] if low_scale else scale), None
    high = Decimal(found["high"])
    if low_scale and not high_scale and high < 100:
        high_scale = low_scale
    if not low_scale and high_scale and low <= high:
        low_scale = high_scale
    if not low_scale and not high_scale:
        return low * scale, high * scale
    return low * _SCALE[low_scale], high * _SCALE[high_scale]


def _unstated(text: str, phrases: list[tuple[str, bool]]) -> Unread:
    if any(re.search(r"\d", phrase) for phrase, _ in phrases):
        return Unread(UNREADABLE, text)
    return Unread(MISSING if _NEGOTIABLE.search(text) else BASE_MISSING, text)


def _pay(amount: _Amount, text: str, notes: list[str], *, has_extras: bool) -> Pay | Unread:
    """A single figure with something on top (`4000+提成`) states no upper bound."""
    if amount.is_below:
        return Unread(BASE_MISSING, text)
    unit = amount.unit
    floor, ceiling = _PLAUSIBLE[unit] if unit else _BARE_MONTHLY
    bounds = [amount.low] if amount.high is None else [amount.low, amount.high]
    if bounds != sorted(bounds) or any(bound % 1 or not floor <= bound <= ceiling for bound in bounds):
        return Unread(UNREADABLE, text)
    return Pay(
        least=int(amount.low),
        most=None if amount.high is None or (has_extras and amount.high == amount.low) else int(amount.high),
        unit=unit or "month",
        note="，".join(note for note in notes if note)[:NOTE_LENGTH],
    )
