"""What notes say beyond doubt: board, lodging, form of employment, whom it is for. Otherwise nothing.

A text is read clause by clause; a negation in a clause (`不包住`) turns or voids it. Two forms in one posting
(`全职兼职均可`) are no certain form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

GROUPS: dict[str, str] = {
    "graduates": "高校毕业生",
    "veterans": "退役军人",
    "disabled": "残疾人",
    "migrants": "农民工",
    "returnees": "返乡人员",
    "new_forms": "新就业形态劳动者",
    "hardship": "就业困难人员",
    "mothers": "妈妈岗",
}
_GROUP_WORDS = {
    "graduates": r"应届|高校毕业生|大学毕业生",
    "veterans": r"退役军人|退伍军人|复员军人|转业军人",
    "disabled": r"残疾人|残障人士",
    "migrants": r"农民工|外来务工",
    "returnees": r"返乡",
    "new_forms": r"新就业形态",
    "hardship": r"就业困难|零就业家庭|脱贫人口|4050",
    "mothers": r"妈妈岗|宝妈",
}
_FORMS = {
    "full_time": r"全职",
    "part_time": r"兼职",
    "flexible": r"灵活就业|灵活用工",
    "internship": r"实习生|实习岗",
    "temporary": r"临时工|临时用工|短期工|季节工|暑假工|暑期工|寒假工|日结工",
}
_NOT = re.compile(r"不(?!限)|非|无|勿|谢绝|除外|拒")
_BOTH = re.compile(r"包(?:吃住|食宿)|免费(?:吃住|食宿)|提供(?:吃住|食宿)")
_MEALS = re.compile(r"包吃|包餐|包(?:一|二|两|三)餐|免费(?:工作餐|三餐|午餐|伙食|就餐|用餐)|管饭")
_LODGING = re.compile(r"包住|免费(?:住宿|宿舍)|提供(?:免费)?(?:住宿|宿舍)|包住宿")
_OWN = re.compile(r"(?:食宿|吃住)自理")
_CLAUSE = re.compile(r"[,。;!?\n|、/ ]+")


def read_board(texts: Iterable[str]) -> tuple[bool | None, bool | None]:
    """Whether meals and lodging are provided; None where nothing certain is said, or both are."""
    meals: set[bool] = set()
    lodging: set[bool] = set()
    for clause in _clauses(texts):
        offered = not _NOT.search(clause)
        if _OWN.search(clause):
            meals.add(False)
            lodging.add(False)
        if _BOTH.search(clause):
            meals.add(offered)
            lodging.add(offered)
        if _MEALS.search(clause):
            meals.add(offered)
        if _LODGING.search(clause):
            lodging.add(offered)
    return _one(meals), _one(lodging)


def read_form(texts: Iterable[str]) -> str:
    """A code of Position.Form if exactly one is named and none denied."""
    found = {
        form
        for clause in _clauses(texts)
        for form, words in _FORMS.items()
        if re.search(words, clause) and not _NOT.search(clause)
    }
    return found.pop() if len(found) == 1 else ""


def read_groups(texts: Iterable[str]) -> list[str]:
    """Whom it is said to be for, in the order of GROUPS."""
    clauses = list(_clauses(texts))
    return [
        group
        for group, words in _GROUP_WORDS.items()
        if any(re.search(words, clause) and not _NOT.search(clause) for clause in clauses)
    ]


def _clauses(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        yield from filter(None, _CLAUSE.split(unicodedata.normalize("NFKC", text)))


def _one(said: set[bool]) -> bool | None:
    return said.pop() if len(said) == 1 else None
