"""Which column holds what: header synonyms, and finding the header among titles and notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jobfair.positions.sheet.text import folded

SYNONYMS: dict[str, tuple[str, ...]] = {
    "booth": ("展位号", "展位", "展位编号", "摊位号", "摊位", "展台号", "展台"),
    "employer": (
        "企业名称",
        "单位名称",
        "公司名称",
        "用人单位",
        "用人单位名称",
        "招聘单位",
        "招聘企业",
        "招聘单位名称",
        "参会企业",
        "参会单位",
        "企业全称",
        "单位全称",
        "公司",
        "企业",
        "单位",
    ),
    "code": (
        "统一社会信用代码",
        "社会信用代码",
        "信用代码",
        "企业信用代码",
        "统一信用代码",
        "营业执照号",
        "营业执照代码",
    ),
    "area": (
        "工作地点",
        "工作地址",
        "工作区域",
        "工作地",
        "上班地点",
        "上班地址",
        "工作城市",
        "所在区县",
        "所在区域",
        "区县",
        "地点",
    ),
    "title": (
        "招聘岗位",
        "岗位名称",
        "岗位",
        "职位",
        "职位名称",
        "招聘职位",
        "招聘工种",
        "工种",
        "需求岗位",
        "岗位(工种)",
        "招聘岗位名称",
    ),
    "headcount": (
        "招聘人数",
        "需求人数",
        "人数",
        "招聘数量",
        "需求数量",
        "岗位人数",
        "招聘名额",
        "名额",
        "计划招聘人数",
        "用工人数",
        "需求数",
        "招聘数",
    ),
    "education": ("学历要求", "学历", "文化程度", "最低学历", "学历层次", "文化要求", "学历条件"),
    "pay": (
        "薪资待遇",
        "薪资",
        "薪酬",
        "工资",
        "月薪",
        "年薪",
        "日薪",
        "时薪",
        "待遇",
        "薪酬待遇",
        "工资待遇",
        "薪资范围",
        "薪酬范围",
        "月工资",
        "薪资水平",
        "薪酬水平",
        "薪水",
        "月收入",
        "基本工资",
        "综合月薪",
        "工资标准",
        "福利薪资",
    ),
    "pay_least": (
        "最低薪资",
        "薪资下限",
        "最低月薪",
        "月薪下限",
        "最低工资",
        "薪酬下限",
        "最低薪酬",
        "薪资最低",
        "薪资待遇最低",
    ),
    "pay_most": (
        "最高薪资",
        "薪资上限",
        "最高月薪",
        "月薪上限",
        "最高工资",
        "薪酬上限",
        "最高薪酬",
        "薪资最高",
        "薪资待遇最高",
    ),
    "duties": (
        "岗位职责",
        "工作内容",
        "职责",
        "工作职责",
        "岗位描述",
        "职位描述",
        "岗位内容",
        "职责描述",
        "主要职责",
    ),
    "notes": (
        "其他要求及福利",
        "其他要求",
        "备注",
        "福利待遇",
        "福利",
        "任职要求",
        "岗位要求",
        "其他",
        "要求及福利",
        "招聘要求",
        "任职条件",
        "招聘条件",
        "岗位条件",
        "其它要求",
        "其他条件",
        "说明",
        "其他说明",
        "要求",
    ),
    "contact": ("联系人", "负责人", "招聘负责人", "联络人"),
    "phone": ("联系电话", "电话", "手机", "手机号", "联系方式", "手机号码", "电话号码"),
}
# Columns a law may care about keep their header as a label: `性别：女`.
LABELLED = (
    "性别",
    "性别要求",
    "年龄",
    "年龄要求",
    "民族",
    "户籍",
    "户籍要求",
    "婚姻状况",
    "专业",
    "专业要求",
    "工作经验",
    "经验要求",
    "技能要求",
)

_FIELD_OF = {folded(word): name for name, words in SYNONYMS.items() for word in words}
_LABELS = {folded(word) for word in LABELLED}
_PAREN = re.compile(r"[(\[【].*?[)\]】]|[*:※]")
_UNIT_HINTS = (
    ("小时", "hour"),
    ("时薪", "hour"),
    ("日薪", "day"),
    ("/天", "day"),
    ("/日", "day"),
    ("年", "year"),
    ("月", "month"),
)
_SCALE_HINTS = (("万", 10_000), ("千", 1_000), ("K", 1_000))


@dataclass(frozen=True)
class Columns:
    """Where each field stands; `labelled` maps a column to the header kept with its text."""

    at: dict[str, int]
    labelled: dict[int, str] = field(default_factory=dict)
    pay_unit: str | None = None
    pay_scale: int = 1

    @property
    def width(self) -> int:
        return len(self.at) + len(self.labelled)


def field_of(header: str) -> str | None:
    """The field a header names: `薪资（元/月）` is pay, `序号` is nothing."""
    plain = folded(header)
    return _FIELD_OF.get(plain) or _FIELD_OF.get(_PAREN.sub("", plain))


def read_header(cells: Sequence[str]) -> Columns | None:
    """The columns if this row is a header: it names the posting and at least two more fields."""
    at: dict[str, int] = {}
    labelled: dict[int, str] = {}
    unit, scale = None, 1
    for index, cell in enumerate(cells):
        if len(cell) > 24:
            continue
        name = field_of(cell)
        if name == "notes" and "notes" in at:
            labelled[index] = _PAREN.sub("", folded(cell))
        elif name and name not in at:
            at[name] = index
            if name in {"pay", "pay_least"}:
                unit, scale = _pay_hints(folded(cell))
        elif _PAREN.sub("", folded(cell)) in _LABELS:
            labelled[index] = _PAREN.sub("", folded(cell)).removesuffix("要求")
    if "title" not in at or len(at) < 3:
        return None
    return Columns(at, labelled, unit, scale)


def _pay_hints(header: str) -> tuple[str | None, int]:
    unit = next((unit for word, unit in _UNIT_HINTS if word in header), None)
    inside = "".join(re.findall(r"\((.*?)\)", header))
    scale = next((scale for word, scale in _SCALE_HINTS if word in inside), 1)
    return unit, scale
