"""Conditions as employers write them: what is refused, and what only looks like it."""

from __future__ import annotations

import pytest

from jobfair.positions.legal import GROUNDS, find_unlawful

pytestmark = pytest.mark.unit

UNLAWFUL = {
    "limits_ethnicity": (
        "限汉族", "汉族优先", "民族：汉族", "少数民族勿扰", "不招维吾尔族", "除回族外均可报名",
    ),
    "limits_race": ("只招白人外教", "黑人勿扰"),
    "limits_sex": (
        "限女性,形象好", "限男性", "仅限男士", "性别：女", "女士优先", "招女工，两班倒", "男3名，女2名",
        "女性勿投", "男，能吃苦耐劳", "谢绝女生", "只招男保安", "女营业员", "本科,男", "要求男性，30岁左右",
    ),
    "limits_religion": ("不招信教人员", "有宗教信仰者勿扰", "无宗教信仰", "信佛者优先"),
    "limits_hukou": (
        "限本地户口", "18-35岁,本地户口优先", "外地人勿扰", "只招南通本地人", "河南人除外", "限江苏省户籍",
        "要求城镇户口", "具有本市户籍", "外省籍勿扰",
    ),
    "limits_status": ("拒绝农民工", "农民工勿扰"),
    "limits_marriage": (
        "已婚已育优先", "限未婚", "两年内不得怀孕", "孕妇勿扰", "暂无生育计划", "三年内不得生育", "单身优先",
    ),
    "limits_disability": ("残疾人勿扰", "四肢健全，吃苦耐劳", "不收残疾人", "应聘者须无残疾", "谢绝残障人士"),
    "tests_hepatitis_b": ("体检须无乙肝", "小三阳勿扰", "入职体检含乙肝五项", "HBV阳性者勿扰"),
    "asks_payment": (
        "需交纳服装押金300元", "入职交保证金500元，离职退还", "收取培训费1980元", "押一个月工资",
        "不交押金不予录用", "报名费50元", "不包住，押金300元", "须提供担保人", "先交300元工装费",
    ),
    "sells_training_loan": ("可办理培训贷", "培训费用可分期付款", "先贷款培训后上岗"),
    "withholds_papers": ("扣押身份证原件", "上交身份证原件由公司保管"),
    "limits_age": (
        "男女不限,45岁以下", "年龄35周岁以内", "20—45岁", "不超过五十岁", "年龄：18-50", "限90后",
        "22周岁以上，有B2驾照", "大龄勿扰", "60岁以上勿扰",
    ),
}  # fmt: skip
LAWFUL = (
    # negations
    "男女不限", "性别不限，年龄不限", "男女均可，能适应倒班", "不限户籍、不限性别、不限婚育", "民族不限", "婚否不限",
    "户籍不限，外地员工安排宿舍", "农村、城镇户口均可", "无宗教信仰要求", "体检不查乙肝", "不收押金",
    "不收取任何押金、保证金、服装费", "免费培训，免收服装费", "工资月结不押工资", "无培训贷、不招转培",
    "不扣押身份证等任何证件", "不得以婚育状况限制录用",
    # the employer pays
    "培训费由公司承担", "入职满一年报销考证费", "免押金提供工装",
    # a lower bound the law itself sets
    "年满18周岁", "18周岁以上，身体健康", "未满16周岁不予录用", "法定退休年龄以内",
    # protected groups preferred
    "退役军人优先", "残疾人优先", "少数民族优先", "欢迎残疾人投递", "欢迎农民工、返乡人员报名", "高校毕业生优先",
    # rights and benefits
    "享受婚假、产假、育儿假", "缴纳生育保险", "女职工享受产假和哺乳时间", "男女同工同酬", "协助办理居住证和落户",
    "尊重民族习惯和宗教信仰", "孕期员工可调岗", "提供男女宿舍",
    # the work itself
    "负责女装销售", "男装导购，有经验优先", "女生宿舍管理员", "男科护士", "女工委主任", "熟悉乙肝药物推广",
    "照护60岁以上老人", "照看0-3岁宝宝，有育婴证", "信贷经理，熟悉贷款产品", "负责押金收退和账目登记",
    "清真餐厅厨师", "会维吾尔语者优先", "黑人牙膏促销员", "押运员", "白色家电维修", "负责本地市场开拓",
    # ordinary conditions
    "有C1驾照优先", "普通话标准，会南通话优先", "工作经验3年以上", "携带身份证复印件", "家住开发区附近优先",
    "能带18人以上团队", "公司成立20年以上", "团队以90后为主，氛围好", "五险一金,包吃住", "两班倒,提供住宿",
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in UNLAWFUL.items() for text in texts]
)
def test_unlawful_conditions_are_refused(code: str, text: str) -> None:
    assert f"positions.{code}" in {finding.code for finding in find_unlawful([text])}


@pytest.mark.parametrize("text", LAWFUL)
def test_lawful_conditions_are_kept(text: str) -> None:
    assert find_unlawful([text]) == ()


def test_the_corpora_cover_every_ground() -> None:
    assert {f"positions.{code}" for code in UNLAWFUL} == {ground.code for ground in GROUNDS}
    assert sum(map(len, UNLAWFUL.values())) >= 40
    assert len(LAWFUL) >= 40


def test_each_ground_is_found_once_with_its_clause() -> None:
    found = find_unlawful(["保安", "限男性，45岁以下；押金200元", "只招男保安"])
    assert [(one.code, one.clause) for one in found] == [
        ("positions.limits_sex", "限男性"),
        ("positions.asks_payment", "押金200元"),
        ("positions.limits_age", "45岁以下"),
    ]
