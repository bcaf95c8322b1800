"""What people call the same work. Asking for one name of a row finds the others too.

Each row lists names that fairs and postings use for one another; a name that only contains another (电焊工, 焊工)
needs no row, because the tokenizer finds it. Kept short on purpose: a row widens every search for its names.
Sources: the titles of the fairs' sheets, and the common names beside 职业大典 (2022) in the unions' notices.
"""

from __future__ import annotations

ROWS: tuple[tuple[str, ...], ...] = (
    ("焊工", "电焊工", "焊接", "氩弧焊", "二保焊"),
    ("普工", "操作工", "一线工人", "杂工", "小工", "流水线工", "作业员"),
    ("电工", "水电工", "维修电工", "强电工", "弱电工"),
    ("会计", "财务", "记账"),
    ("保安", "秩序维护", "安保", "门卫"),
    ("保洁", "清洁工", "清扫工", "环卫工", "保洁员"),
    ("司机", "驾驶员", "货车司机"),
    ("快递员", "配送员", "派送员", "骑手", "外卖员", "送货员"),
    ("月嫂", "母婴护理"),
    ("育婴师", "育儿嫂", "保育师"),
    ("护工", "护理员", "养老护理"),
    ("保姆", "钟点工", "家政服务员", "家政工"),
    ("厨师", "炊事员", "大厨"),
    ("服务员", "传菜员", "餐厅服务"),
    ("收银员", "收银"),
    ("仓管员", "仓库管理", "库管", "仓管"),
    ("分拣员", "分拣工", "拣货员"),
    ("叉车工", "叉车司机", "叉车"),
    ("缝纫工", "车缝工", "平车工", "缝制工", "裁缝"),
    ("挡车工", "纺纱工", "织布工"),
    ("质检员", "检验员", "品检", "质检", "qc"),
    ("车工", "数控车工", "车床", "cnc"),
    ("维修工", "机修", "机修工", "修理工", "设备维修"),
    ("客服", "话务员", "客户服务"),
    ("主播", "带货主播", "直播带货"),
    ("运营", "新媒体运营", "电商运营"),
    ("程序员", "软件工程师", "软件开发", "开发工程师"),
    ("销售", "业务员", "营销", "推销"),
    ("文员", "行政助理", "行政专员", "内勤"),
    ("人事", "人力资源", "hr"),
    ("造价员", "造价师", "造价工程师", "预算员"),
    ("安全员", "安环", "ehs"),
    ("施工员", "工长"),
    ("美工", "平面设计"),
    ("医药代表", "药品销售"),
    ("教师", "老师", "讲师"),
    ("打包", "打包员", "包装工", "包装员"),
    ("smt", "贴片"),
    ("临时工", "零工", "日结", "小时工", "兼职"),
    ("包吃住", "包食宿", "提供食宿", "管吃住"),
    ("双休", "周末双休", "五天工作制"),
)

# What a kind of work is often put together from: taken apart in a question, so that 机械工程师 finds 机械设计工程师.
PARTS: frozenset[str] = frozenset(
    [
        "工程师",
        "设计师",
        "技术员",
        "操作员",
        "专员",
        "经理",
        "主管",
        "助理",
        "代表",
        "组长",
        "学徒",
        "实习生",
        "安装",
        "维修",
        "装配",
        "操作",
        "检验",
        "管理",
        "设计",
        "开发",
        "运营",
        "销售",
        "护理",
        "研发",
        "测试",
        "生产",
        "工艺",
    ]
)

_BY_NAME: dict[str, tuple[str, ...]] = {}
for _row in ROWS:
    for _name in _row:
        _BY_NAME.setdefault(_name, ())
        _BY_NAME[_name] += tuple(other for other in _row if other not in (_name, *_BY_NAME[_name]))

NAMES: frozenset[str] = frozenset(_BY_NAME)


def others(name: str) -> tuple[str, ...]:
    """The other names of what `name` names; none where the list has no row for it."""
    return _BY_NAME.get(name, ())
