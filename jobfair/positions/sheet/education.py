"""The lowest education a posting accepts, as the two-digit codes of GB/T 4658-2006."""

from __future__ import annotations

import re

from jobfair.positions.sheet.text import LONGEST_VALUE, Unread, folded, is_blank

MISSING = "positions.education_missing"
UNREADABLE = "positions.education_unreadable"

ANY = "00"  # ours: no requirement
LABELS = {
    "00": "学历不限",
    "10": "研究生",
    "20": "本科",
    "30": "大专",
    "40": "中专",
    "60": "高中",
    "70": "初中",
    "80": "小学",
    "90": "其他",
}

_NO_REQUIREMENT = re.compile(r"不限|无要求|不作要求|不做要求|无学历要求|没有要求|不要求|均可$|无限制")
_CEILING = re.compile(r"以下|以内")
# Read in this order, each taking its words away, so 大学专科 is not also 大学 and 高职 not also 职高.
_WORDS = (
    (r"博士|硕士|研究生|MBA|硕研", "10"),
    (r"专升本", "20"),
    (r"本专科", "30"),
    (r"大学专科|大专|高职|高专|专科", "30"),
    (r"大学本科|本科|学士", "20"),
    (r"中等职业|中职|中专|中技|职高|职业高中|技校|技工学校|技师学院", "40"),
    (r"普通高中|高中", "60"),
    (r"初级中学|初中|九年义务教育", "70"),
    (r"小学", "80"),
)
_FILLER = re.compile(
    r"全日制|统招|国家|普通高校|及其?以上|或以上|以上|学历|学位|毕业生?|应届|程度|同等学力|教育|\d*届|最低|优先|"
    r"[/、,;或和及含\-~—(): +]|优秀者可放宽"
)


def read_education(text: str) -> str | Unread:
    """Of several (高中/中专及以上) the least demanding counts; a ceiling (初中以下) is unreadable."""
    plain = folded(text)
    if plain != "无" and is_blank(text):
        return Unread(MISSING, text)
    if len(text) > LONGEST_VALUE or _CEILING.search(plain):
        return Unread(UNREADABLE, text)
    codes, rest = [], plain
    for words, code in _WORDS:
        rest, count = re.subn(words, "", rest)
        if count:
            codes.append(code)
    if not codes:
        return ANY if plain == "无" or _NO_REQUIREMENT.search(plain) else Unread(UNREADABLE, text)
    if _FILLER.sub("", re.sub("均可|皆可|都可", "", rest)):
        return Unread(UNREADABLE, text)
    return max(codes)
