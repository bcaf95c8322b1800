"""What the laws and notices behind a refusal say, in the words a recruiter is told. Quoted in short, not in full."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Source:
    """`title`: what it is called in full; `says`: why it refuses."""

    title: str | Promise
    says: str | Promise


_LAW = "中华人民共和国"
SOURCES: dict[str, Source] = {
    "人社厅发〔2025〕60号": Source(
        _("人力资源社会保障部办公厅通知（人社厅发〔2025〕60号）"),
        _(
            "招聘信息要写明用人单位、招聘人数、招聘条件、工作内容、工作地点、基本劳动报酬和有效期，不得含有歧视内容。"
        ),
    ),
    "就业促进法第三条": Source(
        f"《{_LAW}就业促进法》第三条", _("劳动者就业，不因民族、种族、性别、宗教信仰等不同而受歧视。")
    ),
    "就业促进法第二十八条": Source(f"《{_LAW}就业促进法》第二十八条", _("各民族劳动者享有平等的劳动权利。")),
    "就业促进法第二十九条": Source(
        f"《{_LAW}就业促进法》第二十九条", _("用人单位招用人员，不得歧视残疾人。")
    ),
    "就业促进法第三十一条": Source(
        f"《{_LAW}就业促进法》第三十一条",
        _("农村劳动者进城就业享有与城镇劳动者平等的劳动权利，不得设置歧视性限制。"),
    ),
    "妇女权益保障法第四十三条": Source(
        f"《{_LAW}妇女权益保障法》第四十三条",
        _("招录时不得限定为男性或规定男性优先，不得询问婚育情况，不得以婚育作为录用条件。"),
    ),
    "人社部发〔2010〕12号": Source(
        _("人力资源社会保障部、教育部、卫生部通知（人社部发〔2010〕12号）"),
        _("入学、就业体检不得检测乙肝项目，不得因携带乙肝表面抗原拒绝录用。"),
    ),
    "劳动合同法第九条": Source(
        f"《{_LAW}劳动合同法》第九条",
        _("招用劳动者，不得扣押居民身份证和其他证件，不得要求提供担保，不得以其他名义收取财物。"),
    ),
    "GB 32100-2015": Source(
        _("国家标准 GB 32100-2015《法人和其他组织统一社会信用代码编码规则》"),
        _("代码共 18 位，最后一位是校验码；校验不通过说明有一位填错。"),
    ),
    "本平台规则": Source(
        _("本平台规则"), _("这是本招聘会自己的要求，不是法律条文；为了求职者看得清楚、机会公平。")
    ),
}
