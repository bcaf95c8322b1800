"""What no posting may ask for, and how sheets say it.

A text is cut into clauses. In each clause a ground's *lawful* phrases are taken out first (男女不限,
不收押金, 残疾人优先); what remains is searched for its *unlawful* ones. A clause is the unit because a
negation reaches to its end (`不收押金、服装费和任何费用`) and no further (`不包住，押金300元`).

Sources. 就业促进法 (2015 amendment) 第三条 (ethnicity, race, sex, religion), 第二十七条 (women, marriage
and childbearing), 第二十八条 (ethnicity), 第二十九条 (disability), 第三十条 (carriers of infectious
disease), 第三十一条 (rural workers). 妇女权益保障法 (2022) 第四十三条 (no sex limit or preference, no
questions about marriage and childbearing). 劳动合同法 第九条 (no deposits, no withheld papers).
人社部发〔2010〕12号 (no hepatitis B tests). 人力资源市场暂行条例 and 人社厅发〔2025〕60号
(discrimination; hukou, region and status limits). Age limits are refused as the house's own policy: no
statute cited here forbids them to a private employer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_NO = r"(?:不|无|无需|无须|不用|不需要?|不得|不会|从不|绝不|严禁|禁止|杜绝|拒绝|没有|免|零|反对)"
_SHUN = r"(?:勿扰|勿投|慎投|除外|免谈|谢绝|止步|不招|不要|不收|不录用?|不予录用|不考虑|勿进|勿来|请绕行)"
_ONLY = (
    r"(?:仅限|只限|限|限招|只招|仅招|只要|只收|须是|须为|必须是|必须为|要求|需要|最好是|指定|优先招?|适合)"
)
_REJECT = r"(?:不招收?|不要|不收|拒招|拒绝|谢绝|不考虑|不录用|不接受|不用|排除)"
_PREFER = r"(?:优先|为佳|为宜|为主|者佳|最佳|最好|为先)"

_PEOPLES = (
    "汉|满|回|藏|维吾尔|维|蒙古|蒙|壮|苗|彝|布依|朝鲜|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|"
    "景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|"
    "塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_SEX = r"[男女](?:性|生|士|工|孩|员工|同志|青年)?"
_PLACE = (
    r"(?:本地|本市|本区|本省|本县|本镇|本村|外地|外省|外来|异地|当地|江苏|南通|苏北|东北|河南|安徽|四川|"
    r"上海|北京|[\u4e00-\u9fff]{2,3}[省市区县])"
)
_HUKOU = r"(?:户口|户籍|籍贯?|生源)"
_MARITAL = r"(?:未婚未育|已婚已育|未婚|已婚|单身|离异|未育|已育|已生育|二胎)"
_FEE = (
    r"(?:押金|保证金|风险金|风险抵押|诚意金|定金|抵押金|服装费|工装费|工衣费|制服费|培训费|报名费|资料费|建档费|手续费|中介费|介绍费|"
    r"会员费|入职费|岗位费|代办费|工牌费|考证费)"
)
_LENDING = r"(?:贷款?|分期|花呗|白条|借款)"
_CARE = r"[^,。;]{0,5}(?:老人|长者|老年人|儿童|幼儿|宝宝|婴幼儿|婴儿|孩子|学员|学生|客户|人群|患者|少儿)"
_OCCUPATION = (
    r"(?:普工|操作工|工人|保安|保洁|文员|销售|服务员|营业员|收银员|司机|客服|助理|前台|学徒|主播|厨师|店员|护理员|护工|焊工|质检员?|"
    r"包装工|仓管|会计|技工|员工|职工|缝纫工|业务员|理货员|接待)"
)


@dataclass(frozen=True)
class Ground:
    """One ground of refusal: its reason code, what is unlawful, and what only looks so."""

    code: str
    unlawful: tuple[re.Pattern[str], ...]
    lawful: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True)
class Finding:
    """The clause that offends, as evidence for the employer and the organiser."""

    code: str
    clause: str


def _any(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


GROUNDS: tuple[Ground, ...] = (
    Ground(
        "positions.limits_ethnicity",
        _any(
            rf"{_ONLY}(?:{_PEOPLES})(?:族|民)",
            rf"(?:{_PEOPLES})族(?:员工|人)?{_PREFER}",
            rf"^(?:民族:?)?(?:{_PEOPLES})族$",
            rf"{_REJECT}(?:少数民族|(?:{_PEOPLES})族|回民)",
            rf"(?:少数民族|(?:{_PEOPLES})族|回民)(?:者|人员?|员工)?{_SHUN}",
            rf"除(?:{_PEOPLES})族(?:以)?外",
        ),
        _any(r"少数民族(?:员工|群众)?优先", r"民族不限|不限民族|各(?:少数)?民族"),
    ),
    Ground(
        "positions.limits_race",
        _any(
            rf"(?:{_ONLY}|{_REJECT})(?:白|黑|黄)(?:种)?人",
            rf"(?:白|黑)(?:种)?人(?:外教)?(?:{_PREFER}|{_SHUN})",
            r"^(?:白|黑)(?:种)?人(?:外教|老师|模特)?$",
            r"(?:限|要求)[^,。;]{0,4}(?:肤色|人种|种族)",
        ),
        _any(rf"{_NO}[^,。;]{{0,4}}(?:种族|肤色|人种)", r"(?:种族|肤色)不限"),
    ),
    Ground(
        "positions.limits_sex",
        _any(
            rf"{_ONLY}{_SEX}(?!装|鞋|包|科|装)",
            rf"{_SEX}{_PREFER}",
            rf"^(?:性别:?(?:要求)?:?)?{_SEX}$",
            r"性别(?:要求)?:?(?:为|限)?[男女](?!女|不限)",
            rf"{_REJECT}{_SEX}",
            rf"{_SEX}(?:者)?{_SHUN}",
            rf"(?:^|招聘?|急招)[男女]{_OCCUPATION}|招聘?[男女](?:工|性|生)|[男女]工$",
            r"^[男女]\d{1,4}(?:名|人)?$",
            r"男\d{1,4}(?:名|人)?[、,和]?女\d{1,4}|女\d{1,4}(?:名|人)?[、,和]?男\d{1,4}|\d{1,4}(?:名|人)?男\d{0,4}(?:名|人)?\d{0,4}女",
        ),
        _any(
            r"(?:男女|女男|男、女|性别)(?:性别)?(?:不限|均可|皆可|都可|都行|平等|同工同酬|各异)|不限(?:男女|性别)|男女均(?:可|招)|无性别(?:要求|限制)",
            r"[男女](?:职工|员工)?(?:装|鞋|包|科|宾|厕|宿舍|士护肤|士服装|职工(?:委员会|权益|特殊|劳动保护|卫生)|工(?:委|主任|干部|权益))[^,。;]*",
            r"女(?:性)?(?:职工|员工|工)(?:享|有|产假|三期|专属|特殊|关爱|节日)[^,。;]*",
        ),
    ),
    Ground(
        "positions.limits_religion",
        _any(
            rf"(?:{_ONLY}|{_REJECT})[^,。;]{{0,4}}(?:信教|信佛|教徒|信徒|宗教|穆斯林)",
            rf"(?:信教|信佛|信仰宗教|有宗教信仰|教徒|信徒|穆斯林|基督徒)(?:者|人员|的)?(?:{_SHUN}|{_PREFER})",
            r"^(?:须|应|需)?(?:无宗教信仰|不信教|不得信教|无信仰)(?:者)?$",
        ),
        _any(
            r"无宗教信仰(?:要求|限制)|宗教信仰(?:不限|自由)|尊重[^,。;]*宗教[^,。;]*|不因[^,。;]*宗教[^,。;]*|不限[^,。;]{0,3}宗教[^,。;]*"
        ),
    ),
    Ground(
        "positions.limits_hukou",
        _any(
            rf"(?:{_ONLY}|须|具有){_PLACE}[^,。;]{{0,4}}{_HUKOU}",
            rf"{_PLACE}(?:市|人)?{_HUKOU}(?:人员|者|的)?(?:{_PREFER}|{_SHUN})",
            rf"^{_PLACE}{_HUKOU}$",
            rf"(?:{_ONLY}|{_REJECT})(?:{_PLACE})+(?:人|籍|务工|户)",
            rf"{_PLACE}人(?:员)?(?:{_PREFER}|{_SHUN})",
            rf"(?:城镇|城市|农村|非农业?|农业){_HUKOU}(?!不限|均可|复印件)",
            rf"(?:{_REJECT}|{_ONLY})(?:城镇|农村|非农)",
            r"(?:户口|户籍|籍贯)(?:所在地)?(?:要求)?:?(?:限|须|仅)",
            rf"户籍:{_PLACE}",
        ),
        _any(
            rf"{_HUKOU}(?:地)?(?:不限|无要求|均可)|不限(?:制)?{_HUKOU}|无{_HUKOU}(?:限制|要求)|不限[^,。;]{{0,3}}(?:户籍|地域)",
            r"(?:本地|外地|城镇|农村)[^,。;]{0,6}(?:均可|皆可|不限|都可|同等|一视同仁)",
        ),
    ),
    Ground(
        "positions.limits_status",
        _any(
            rf"{_REJECT}(?:农民工|外来务工|打工者|临时工|下岗|失业)",
            rf"(?:农民工|外来务工人员?|下岗职工|失业人员)(?:者)?{_SHUN}",
            rf"{_ONLY}(?:干部身份|城镇居民|非农民工|正式编制)",
        ),
    ),
    Ground(
        "positions.limits_marriage",
        _any(
            rf"(?:{_ONLY}){_MARITAL}",
            rf"{_MARITAL}(?:者|女性|人士)?(?:{_PREFER}|{_SHUN})",
            rf"^(?:婚姻状况:?|婚育:?)?{_MARITAL}(?:者)?$",
            rf"{_REJECT}(?:{_MARITAL}|孕妇|怀孕|备孕|哺乳)",
            rf"(?:孕妇|怀孕|备孕|哺乳期)(?:者|人员)?{_SHUN}",
            r"(?:不得|不准|不能|不许|禁止|暂不|暂无|无|没有)[^,。;]{0,4}(?:结婚|怀孕|生育|备孕|要孩子|生孩子|婚育计划|生育计划)",
        ),
        _any(
            r"(?:婚否|婚育|婚姻|婚姻状况|已婚未婚|未婚已婚)[^,。;]{0,3}(?:不限|均可|无要求|不问)|不(?:限|问|询问|打听)[^,。;]{0,2}婚[^,。;]*",
            r"(?:不得|严禁|禁止)[^,。;]*(?:因|以|歧视|限制)[^,。;]*(?:婚|育|孕)[^,。;]*",
        ),
    ),
    Ground(
        "positions.limits_disability",
        _any(
            rf"{_REJECT}(?:收)?残(?:疾|障)",
            rf"残(?:疾|障)(?:人士?|者|人员)?{_SHUN}",
            r"(?:无|非|没有)(?:身体)?残(?:疾|障)|身体无(?:残疾|缺陷)",
            r"(?:四肢|肢体|五体)健全|限健全人",
        ),
        _any(
            r"残(?:疾|障)(?:人士?|者|人员)?(?:优先|均可|可)|欢迎残(?:疾|障)[^,。;]*|无残(?:疾|障)[^,。;]{0,2}(?:歧视|限制)"
        ),
    ),
    Ground(
        "positions.tests_hepatitis_b",
        _any(
            r"(?:无|非|没有|不得有|不能有|排除|检查?|查|测|含|未患)[^,。;]{0,4}(?:乙肝|HBV|表面抗原|[大小]三阳|两对半)",
            rf"(?:乙肝|HBV|[大小]三阳)[^,。;]{{0,6}}(?:{_SHUN}|阴性|五项|两对半|检查|检测|合格)",
        ),
        _any(
            r"(?:不|无需|无须|免|严禁|禁止|不得)(?:做|查|检查|检测|含|要求|进行|包括|因|以)[^,。;]*(?:乙肝|表面抗原|两对半)[^,。;]*",
            r"(?:乙肝|HBV)[^,。;]{0,4}(?:药|疫苗|试剂|治疗|防治|研究)[^,。;]*",
            r"(?:乙肝|HBV)[^,。;]{0,6}(?:不限|均可|一视同仁)",
        ),
    ),
    Ground(
        "positions.asks_payment",
        _any(
            rf"不[交缴][^,。;]{{0,4}}{_FEE}[^,。;]{{0,4}}(?:不|勿)",
            _FEE,
            r"押(?:一|半|两|1|2|一个|半个)?(?:个)?月?工资|押[一二两半\d]付",
            r"(?:交|缴|收取?|支付|先付)[^,。;]{0,6}(?:押|保证|\d{1,4}元[^,。;]{0,4}费)",
            r"(?:提供|需|须|要)(?:财产|人)?担保",
        ),
        _any(
            rf"{_NO}(?!交[^,。;]*(?:不|勿))(?:[^,。;]{{0,8}}?)(?:{_FEE}|押[^,。;]{{0,3}}工资|任何费用|担保)[^,。;]*",
            rf"{_FEE}[^,。;]{{0,4}}(?:全免|免|由?(?:公司|企业|单位|我司)|全额?报销|报销|(?<!\d)0元)[^,。;]*",
            rf"(?:承担|报销|补贴|免收|免除)[^,。;]{{0,6}}{_FEE}[^,。;]*",
            r"(?:公司|企业|单位|政府|全额|免费)[^,。;]{0,6}(?:承担|报销|补贴|支付|提供|退还?)[^,。;]{0,6}(?:培训费|服装费|报名费|考证费|工装费|手续费)[^,。;]*",
            r"(?:押金|保证金|手续费|中介费|会员费|培训费)(?:管理|核算|结算|收退|催收|收取业务|账)[^,。;]*",
        ),
    ),
    Ground(
        "positions.sells_training_loan",
        _any(
            r"培训贷|先学后付|招转培",
            rf"{_LENDING}[^,。;]{{0,6}}(?:培训|学费|学习|上课)",
            rf"(?:培训|学费|学习|课程)[^,。;]{{0,8}}{_LENDING}",
        ),
        _any(
            rf"(?:{_NO}|非)[^,。;]{{0,6}}(?:培训贷|招转培|先学后付|{_LENDING})[^,。;]*",
            r"贷款(?:业务|产品|知识|政策)[^,。;]*",
        ),
    ),
    Ground(
        "positions.withholds_papers",
        _any(
            r"(?:扣|押|收取|收缴|抵押|保管|扣留|暂存)[^,。;]{0,4}(?:身份证|证件|毕业证|学历证|驾驶证|资格证)(?!复印件|照片|信息)",
            r"(?:上交|抵押|押)[^,。;]{0,2}(?:身份证|证件|毕业证)(?!复印件)|(?:身份证|证件|毕业证)(?:原件)?(?:由|交)(?:公司|单位|我司)保管",
        ),
        _any(rf"{_NO}[^,。;]{{0,4}}(?:扣|押|收|抵押|保管|扣留)[^,。;]*(?:证)[^,。;]*"),
    ),
    Ground(
        "positions.limits_age",
        _any(
            r"\d{2}(?:周岁|岁)(?:左右)?(?:及|含|\(含\))?(?:以下|以内|之内|内|封顶|为限)",
            r"(?:不超过|不大于|小于|低于|不满|最大|<=|≤|<)\d{2}(?:周岁|岁)",
            r"\d{2}(?:周岁|岁)?-\d{2}(?:周岁|岁)",
            r"年龄[^,。;\d]{0,6}\d{2}(?:-\d{2}|以下|以内|左右|上下)",
            r"年龄[^,。;\d]{0,6}(?:不超过|小于|低于|<)\d{2}",
            r"(?:年满|满|须|需)?(?:19|[2-9]\d)(?:周岁|岁)(?:及)?以上",
            r"年满(?:19|[2-9]\d)(?:周岁|岁)",
            r"(?:限|只招|仅限|要求|招)[6-9]0后|[0-9]0后(?:优先|勿扰|为佳)|0[05]后优先",
            r"(?:限|只招|要求)(?:年轻|年青)|年轻(?:人|者|化)?优先|大龄勿扰|年龄偏大勿扰",
        ),
        _any(
            rf"\d{{1,3}}(?:个月|岁)?-?\d{{0,3}}(?:周岁|岁)(?:及)?(?:以上|以下|以内)?的?{_CARE}[^,。;]*",
            r"(?:照护|照顾|陪护|看护|服务|面向|带|教)[^,。;]{0,8}\d{1,4}(?:周岁|岁)[^,。;]*",
            r"(?:未满|不满|低于|小于)1[68](?:周岁|岁)[^,。;]*",
            r"1[68](?:周岁|岁)(?:及)?以上|年龄不限|不限年龄|无年龄(?:限制|要求)",
        ),
    ),
)

_CLAUSE = re.compile(r"[,。;!?\n|]+")
_CHINESE_AGE = re.compile(r"([二三四五六]?)十([一二三四五六七八九]?)(?=周?岁)")
_DIGIT = {char: str(value) for value, char in enumerate("一二三四五六七八九", start=1)}


def find_unlawful(texts: Iterable[str]) -> tuple[Finding, ...]:
    """Every unlawful condition in the texts of one posting, once per ground, in the order of GROUNDS."""
    found: dict[str, str] = {}
    for text in texts:
        for clause in _clauses(text):
            for code in _offences(clause):
                found.setdefault(code, clause)
    return tuple(Finding(ground.code, found[ground.code]) for ground in GROUNDS if ground.code in found)


@lru_cache(maxsize=8192)
def _offences(clause: str) -> tuple[str, ...]:
    """The grounds a clause offends. Kept, because sheets say the same few things thousands of times."""
    return tuple(ground.code for ground in GROUNDS if _offends(ground, clause))


def _clauses(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = re.sub(r"(?<=[\u4e00-\u9fff\d:])[ \t]+(?=[\u4e00-\u9fff\d])", "", plain)
    plain = re.sub(r"[—–~-]+|至|到(?=\d)", "-", plain)
    plain = _CHINESE_AGE.sub(lambda found: _DIGIT.get(found[1], "1") + _DIGIT.get(found[2], "0"), plain)
    return [clause.strip(" ()[]【】:") for clause in _CLAUSE.split(plain) if clause.strip()]


def _offends(ground: Ground, clause: str) -> bool:
    for phrase in ground.lawful:
        clause = phrase.sub("", clause)
    return any(phrase.search(clause) for phrase in ground.unlawful)
