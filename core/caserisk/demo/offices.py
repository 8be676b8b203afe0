"""The offices of the demonstration, their departments, the posts in each, and the names of who holds them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from caserisk.domain.vocabulary import DepartmentFunction, Role


@dataclass(frozen=True, slots=True)
class Sheet:
    """An office: its division code, its name, and how its case numbers begin."""

    code: str
    name: str
    short: str


OFFICES = (
    Sheet("370000", "山东省人民检察院", "鲁检"),
    Sheet("370600", "烟台市人民检察院", "烟检"),
    Sheet("370681", "龙口市人民检察院", "龙检"),
    Sheet("370800", "济宁市人民检察院", "济检"),
    Sheet("430200", "株洲市人民检察院", "株检"),
    Sheet("430202", "株洲市荷塘区人民检察院", "荷检"),
    Sheet("430211", "株洲市天元区人民检察院", "天检"),
    Sheet("430281", "醴陵市人民检察院", "醴检"),
    Sheet("441300", "惠州市人民检察院", "惠检"),
    Sheet("441302", "惠州市惠城区人民检察院", "惠城检"),
    Sheet("441303", "惠州市惠阳区人民检察院", "惠阳检"),
    Sheet("441322", "博罗县人民检察院", "博检"),
)
"""Those above before those below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A department: the roles of each of its officers, and which of the office's leaders is in charge of it."""

    name: str
    function: DepartmentFunction
    posts: tuple[tuple[Role, ...], ...]
    led_by: int | None = None


CRIMINAL, CIVIL, COMPLAINTS = "刑事检察部", "民事行政检察部", "控告申诉检察部"

_HANDLER = (Role.CASE_HANDLER,)

UNITS = (
    Unit(
        name=CRIMINAL,
        function=DepartmentFunction.BUSINESS,
        posts=((Role.DEPARTMENT_HEAD,), (Role.LIAISON_OFFICER,), _HANDLER, _HANDLER, _HANDLER),
        led_by=0,
    ),
    Unit(
        name=CIVIL,
        function=DepartmentFunction.BUSINESS,
        posts=((Role.DEPARTMENT_HEAD,), _HANDLER, _HANDLER),
        led_by=0,
    ),
    Unit(
        name=COMPLAINTS,
        function=DepartmentFunction.COMPLAINTS,
        posts=((Role.DEPARTMENT_HEAD,), (Role.COMPLAINTS_OFFICER,), (Role.LEADING_GROUP_OFFICE,), _HANDLER, _HANDLER),
        led_by=1,
    ),
    Unit(name="案件管理部", function=DepartmentFunction.CASE_MANAGEMENT, posts=((Role.CASE_MANAGER,),)),
    Unit(name="风险评估办公室", function=DepartmentFunction.RISK_OFFICE, posts=((Role.RISK_OFFICER,),)),
    Unit(name="新闻宣传处", function=DepartmentFunction.PUBLICITY, posts=((Role.PUBLICITY_OFFICER,),)),
    Unit(name="检务督察处", function=DepartmentFunction.INSPECTION, posts=((Role.INSPECTOR,),)),
    Unit(name="检务接待大厅", function=DepartmentFunction.RECEPTION, posts=((Role.RECEPTION_OFFICER,),)),
    Unit(
        name="院领导",
        function=DepartmentFunction.LEADERSHIP,
        posts=(
            (Role.CHIEF_PROCURATOR,),
            (Role.DEPUTY_CHIEF_PROCURATOR, Role.LEADER_IN_CHARGE),
            (Role.LEADER_IN_CHARGE,),
            (Role.EXPERT_COMMITTEE,),
            (Role.LEADING_GROUP,),
        ),
    ),
)

APART = {Role.ADMINISTRATOR: "系统管理员", Role.INTEGRATOR: "统一业务应用系统"}
"""Those who are of no department, by the names of their accounts."""

_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
_GIVEN = (
    "晓明丽华志强秀英海涛文静永刚春燕立新雪梅国栋玉兰少华桂芳振宇红霞德明淑珍俊杰爱民婷婷成林佳慧光辉"
    "伟东小红学军欣怡兆丰月琴宏斌素云景春燕妮卫平清源慧敏大勇凤英启明若兰世杰美玲传江思远艳芳长河静怡绍文向阳彩云家栋冬梅"
)
"""Two characters each; as many as have no divisor in common with the number of surnames."""


def officer_name(number: int) -> str:
    """An invented name, another for each number below some two thousand; the same whenever the data is built."""
    given = number * 7 % (len(_GIVEN) // 2)
    return _SURNAMES[number % len(_SURNAMES)] + _GIVEN[2 * given : 2 * given + 2]


def surname(random: Random) -> str:
    """A surname for a party."""
    return random.choice(_SURNAMES)
