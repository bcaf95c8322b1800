"""71,000 invented positions of 2,005 invented employers at 32 fairs, the size of the programme so far.

Everything here is demo data, and each employer's name says so (演示). The same seed gives the same rows. Each
posting keeps the tag of the work it was made from in `stated["tag"]`, which search never reads: the labels of
the benchmark's queries are made from it, the place and the board, never from the words of a title.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jobfair.employers.models import Employer, Participation
from jobfair.fairs.models import City, Fair, Programme
from jobfair.positions.models import Position
from jobfair.positions.sheet.occupations import read_occupation
from jobfair.positions.sheet.places import places
from jobfair.search.services import rebuild

SEED = 20260411
FAIRS, EMPLOYERS, POSITIONS = 32, 2005, 71_000
CITIES = ("320100", "320200", "320300", "320400", "320500", "320600", "320700", "320800", "320900", "321000",
          "321100", "321200", "321300")  # fmt: skip

# The work, and the names employers give it: those of the fair's sheet, with their usual variants.
WORK: dict[str, tuple[str, ...]] = {
    "welder": ("焊工", "电焊工", "船舶电焊工", "氩弧焊工", "二保焊工", "焊接技工", "激光焊工", "高级焊工"),
    "fitter": ("钳工", "装配钳工", "模具钳工", "机修钳工"),
    "lathe": ("数控车工", "车工", "普车车工", "CNC操作工", "数控车床操作工"),
    "labourer": (
        "普工",
        "车间操作工",
        "操作工",
        "流水线普工",
        "生产普工",
        "一线操作工",
        "包装普工",
        "流水线作业员",
    ),
    "electrician": ("电工", "水电工", "维修电工", "高压电工", "低压电工", "电气维修电工"),
    "accountant": ("会计", "主办会计", "总账会计", "成本会计", "往来会计", "财务会计", "财务专员"),
    "cashier_office": ("出纳", "出纳员", "出纳兼内勤"),
    "guard": ("保安", "保安员", "秩序维护员", "小区保安", "夜班保安", "门卫"),
    "cleaner": ("保洁", "保洁员", "清洁工", "小区保洁", "车间保洁员"),
    "driver": ("货车司机(B2)", "司机", "叉车司机", "商务车驾驶员", "渣土车司机", "班车驾驶员"),
    "forklift": ("叉车工", "叉车操作工", "叉车工（持证）"),
    "courier": ("快递员", "外卖骑手", "网约配送员", "同城配送员", "快递派送员"),
    "sorter": ("分拣员", "快递分拣员", "夜班分拣工", "理货分拣员"),
    "warehouse": ("仓管员", "仓库管理员", "仓库文员兼仓管", "原料库管员"),
    "maternity": ("月嫂", "母婴护理师", "金牌月嫂"),
    "nursery": ("育婴师", "育儿嫂", "保育师"),
    "carer": ("养老护理员", "护理员", "护工", "医院护工"),
    "housework": ("家政服务员", "保姆", "钟点工", "住家保姆"),
    "appliance": ("家电清洗师", "空调清洗工", "家电维修工"),
    "cook": ("厨师", "炒锅厨师", "中餐厨师", "面点厨师", "厨师长"),
    "kitchen_hand": ("配菜工", "切配工", "洗碗工"),
    "waiter": ("服务员", "餐厅服务员", "传菜员", "包厢服务员"),
    "till": ("收银员", "超市收银员", "前台收银"),
    "shop_head": ("店长", "门店店长", "储备店长"),
    "seamstress": ("缝纫工", "平车缝纫工", "车缝工", "服装缝纫工"),
    "presser": ("整烫工", "大烫工"),
    "weaver": ("挡车工", "纺纱挡车工", "织布挡车工"),
    "pattern": ("打样师", "服装打样师", "制版师"),
    "dyer": ("印染工艺员", "染色操作工", "印花机长"),
    "inspector": ("质检员", "品检员", "成品检验员", "QC质检员", "来料质检"),
    "drug_tester": ("药品检验员", "化验员", "理化检验员"),
    "gmp": ("GMP专员", "药品质量保证专员"),
    "drug_sales": ("医药代表", "OTC医药代表", "学术推广医药代表"),
    "researcher": ("研发助理", "药物研发助理", "研发技术员"),
    "repair": ("设备维修工", "机修工", "工程维修工", "设备维修技术员"),
    "lead_hand": ("生产组长", "车间班组长", "生产线组长"),
    "smt": ("SMT操作员", "SMT技术员", "贴片机操作员"),
    "ehs": ("EHS专员", "安环专员", "EHS工程师"),
    "safety": ("安全员", "专职安全员", "工地安全员"),
    "builder_lead": ("施工员", "土建施工员", "市政施工员", "水电施工员"),
    "cost": ("造价员", "造价工程师", "预算员", "土建预算员"),
    "documents": ("资料员", "工程资料员"),
    "project": ("项目经理", "工程项目经理", "软件项目经理"),
    "crane": ("起重工", "行车工", "塔吊司索工"),
    "hull": ("船体装配工", "船舶装配工"),
    "pipes": ("管系工", "管道工", "船舶管系工"),
    "ship_design": ("船舶设计师", "船体设计工程师"),
    "battery": ("电池装配工", "锂电装配工"),
    "solar": ("光伏安装工", "光伏组件安装工"),
    "mechanical": ("机械工程师", "机械设计工程师", "结构工程师"),
    "electrical": ("电气工程师", "电气设计工程师", "电气自动化工程师"),
    "process": ("工艺工程师", "焊接工艺工程师", "注塑工艺工程师"),
    "embedded": ("嵌入式软件工程师", "嵌入式开发工程师", "单片机工程师"),
    "java": ("Java开发工程师", "高级Java工程师", "JAVA后端开发"),
    "tester": ("测试工程师", "软件测试工程师", "硬件测试工程师"),
    "host": ("主播", "带货主播", "电商主播", "直播主播"),
    "stream_ops": ("直播运营", "直播场控运营"),
    "media_ops": ("新媒体运营", "短视频运营", "小红书运营"),
    "service": ("电商客服", "客服专员", "网店客服", "售后客服", "电话客服"),
    "estate_service": ("物业客服", "物业管家", "客服管家"),
    "trade": ("外贸业务员", "外贸跟单员", "外贸专员"),
    "follow_up": ("跟单员", "生产跟单员", "业务跟单"),
    "buyer": ("采购专员", "采购员", "采购助理"),
    "sales": ("销售代表", "销售经理", "渠道销售", "电话销售"),
    "clerk": ("行政文员", "办公室文员", "行政专员", "文员"),
    "hr": ("人事专员", "人力资源专员", "人事行政专员", "HR专员"),
    "teacher": ("幼儿教师", "小学数学教师", "培训讲师"),
    "nurse": ("护士", "门诊护士", "体检护士"),
    "plumbing_cold": ("制冷工", "空调安装工", "暖通工程师"),
    "painter": ("油漆工", "喷漆工", "喷涂工"),
    "moulder": ("注塑工", "注塑操作工", "注塑技术员"),
    "packer": ("包装工", "打包员", "包装员"),
}
BEFORE = ("", "", "", "", "", "", "急招", "诚聘", "资深", "长白班")
AFTER = (
    "",
    "",
    "",
    "",
    "",
    "（急招）",
    "(包吃住)",
    "（可学徒）",
    "-南通",
    "（双休）",
    "/五险一金",
    "（５险）",
    " A岗",
)
BRANDS = [
    "东升",
    "新越",
    "瑞丰",
    "立成",
    "同力",
    "金鼎",
    "华润达",
    "通达",
    "佳禾",
    "鑫源",
    "博远",
    "海韵",
    "卓尔",
    "百川",
    "远景通",
    "长青",
    "锦程",
    "恒盛",
    "兴隆",
    "万和",
]
TRADES = ("机械制造", "电子", "新能源", "船舶重工", "纺织科技", "速递", "物流", "网络科技", "电商", "建设工程",
          "物业管理", "医药", "餐饮管理", "家政服务")  # fmt: skip
NOTES = ("", "", "两班倒,提供住宿", "五险一金,包吃住", "缴纳社保,免费工作餐", "年终奖,带薪年假", "双休,节日福利",
         "提供岗前培训")  # fmt: skip
LODGED, FED = {"两班倒,提供住宿", "五险一金,包吃住"}, {"五险一金,包吃住", "缴纳社保,免费工作餐"}
PAYS = ((3500, 6500, "month"), (5000, 8000, "month"), (8000, 12000, "month"), (10000, None, "month"),
        (22, None, "hour"), (18, 25, "hour"), (200, 300, "day"), (60000, 90000, "year"))  # fmt: skip
EDUCATION = ("00", "10", "20", "20", "30", "30", "40", "60", "70")


@dataclass(frozen=True)
class Size:
    fairs: int
    employers: int
    positions: int


def make(size: Size, *, now: datetime) -> None:
    """Fill an empty, migrated database and write the index."""
    chance = random.Random(SEED)
    fairs = _fairs(size, now)
    employers = _employers(size, chance)
    # Every employer comes to one fair at least; the busiest come to several.
    pairs = [(employer, fairs[number % len(fairs)]) for number, employer in enumerate(employers)]
    pairs += [(chance.choice(employers), chance.choice(fairs)) for _ in range(size.employers // 4)]
    pairs = list(dict.fromkeys(pairs))
    Participation.objects.bulk_create(
        [Participation(employer=employer, fair=fair) for employer, fair in pairs], batch_size=2000
    )
    rows = _positions(size, pairs, chance, now)
    while batch := [row for row, _ in zip(rows, range(2000), strict=False)]:
        Position.objects.bulk_create(batch)
    rebuild()


def _fairs(size: Size, now: datetime) -> list[Fair]:
    programme = Programme.objects.create(name="演示活动", organiser="示例总工会（演示）")
    cities = [City.objects.create(code=code, name=places()[code].name.removesuffix("市")) for code in CITIES]
    return [
        Fair.objects.create(
            programme=programme, city=cities[number % len(cities)], slug=f"demo-{number + 1}",
            name=f"演示招聘会{number + 1}", venue="示例展馆", opens_at=now - timedelta(hours=3),
            closes_at=now + timedelta(days=2), extension_ends_at=now + timedelta(days=32), state=Fair.State.OPEN,
        )
        for number in range(size.fairs)
    ]  # fmt: skip


def _employers(size: Size, chance: random.Random) -> list[Employer]:
    rows = [
        Employer(
            name=f"演示{chance.choice(BRANDS)}{chance.choice(BRANDS)}{chance.choice(TRADES)}有限公司{number:04d}",
            credit_code=f"91320600DEMO{number:06d}",
            state=Employer.State.VERIFIED,
            verified_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        for number in range(1, size.employers + 1)
    ]
    return Employer.objects.bulk_create(rows, batch_size=2000)


def _positions(
    size: Size, pairs: Sequence[tuple[Employer, Fair]], chance: random.Random, now: datetime
) -> Iterator[Position]:
    counties = {code: [one for one in places() if one[:4] == code[:4] and one != code] for code in CITIES}
    tags = list(WORK)
    for number in range(size.positions):
        employer, fair = pairs[number % len(pairs)]
        tag = chance.choice(tags)
        title = chance.choice(BEFORE) + chance.choice(WORK[tag]) + chance.choice(AFTER)
        place = chance.choice(counties[fair.city.code])
        notes = chance.choice(NOTES)
        low, high, unit = chance.choice(PAYS)
        yield Position(
            fair=fair, employer=employer, title=title, headcount_min=chance.choice((1, 2, 3, 5, 10, 20)),
            pay_min=low, pay_max=high, pay_unit=unit, education=chance.choice(EDUCATION),
            area=places()[place].name, place=place, notes=notes, occupation=read_occupation(title),
            meals=notes in FED or None, lodging=notes in LODGED or None,
            duties="演示数据：按要求完成岗位工作。", duties_confirmed_at=now, valid_from=now.date(),
            valid_until=(now + timedelta(days=32)).date(), state=Position.State.PUBLISHED,
            published_at=now - timedelta(seconds=number % 86_400), stated={"tag": tag},
        )  # fmt: skip
