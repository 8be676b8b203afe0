"""The offices of the demonstration, their departments, the posts in each, and invented names."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from caserisk.domain.vocabulary import DepartmentFunction, Role


@dataclass(frozen=True, slots=True)
class DemoOffice:
    """An office: its division code, its name, and the beginning of its case numbers."""

    code: str
    name: str
    number_prefix: str


OFFICES = (
    DemoOffice("370000", "山东省人民检察院", "鲁检"),
    DemoOffice("370600", "烟台市人民检察院", "烟检"),
    DemoOffice("370681", "龙口市人民检察院", "龙检"),
    DemoOffice("370800", "济宁市人民检察院", "济检"),
    DemoOffice("430200", "株洲市人民检察院", "株检"),
    DemoOffice("430202", "株洲市荷塘区人民检察院", "荷检"),
    DemoOffice("430211", "株洲市天元区人民检察院", "天检"),
    DemoOffice("430281", "醴陵市人民检察院", "醴检"),
    DemoOffice("441300", "惠州市人民检察院", "惠检"),
    DemoOffice("441302", "惠州市惠城区人民检察院", "惠城检"),
    DemoOffice("441303", "惠州市惠阳区人民检察院", "惠阳检"),
    DemoOffice("441322", "博罗县人民检察院", "博检"),
)
"""The offices; one that stands above another comes first, because the other refers to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDepartment:
    """A department of every office.

    ``posts`` are the roles of each of its officers; ``leader_index`` tells which of the office's leaders is in charge.
    """

    name: str
    function: DepartmentFunction
    posts: tuple[tuple[Role, ...], ...]
    leader_index: int | None = None


CRIMINAL, CIVIL, COMPLAINTS = "刑事检察部", "民事行政检察部", "控告申诉检察部"

_HANDLER = (Role.CASE_HANDLER,)

DEPARTMENTS = (
    DemoDepartment(
        name=CRIMINAL,
        function=DepartmentFunction.BUSINESS,
        posts=((Role.DEPARTMENT_HEAD,), (Role.LIAISON_OFFICER,), _HANDLER, _HANDLER, _HANDLER),
        leader_index=0,
    ),
    DemoDepartment(
        name=CIVIL,
        function=DepartmentFunction.BUSINESS,
        posts=((Role.DEPARTMENT_HEAD,), _HANDLER, _HANDLER),
        leader_index=0,
    ),
    DemoDepartment(
        name=COMPLAINTS,
        function=DepartmentFunction.COMPLAINTS,
        posts=((Role.DEPARTMENT_HEAD,), (Role.COMPLAINTS_OFFICER,), (Role.LEADING_GROUP_OFFICE,), _HANDLER, _HANDLER),
        leader_index=1,
    ),
    DemoDepartment(name="案件管理部", function=DepartmentFunction.CASE_MANAGEMENT, posts=((Role.CASE_MANAGER,),)),
    DemoDepartment(name="风险评估办公室", function=DepartmentFunction.RISK_OFFICE, posts=((Role.RISK_OFFICER,),)),
    DemoDepartment(name="新闻宣传处", function=DepartmentFunction.PUBLICITY, posts=((Role.PUBLICITY_OFFICER,),)),
    DemoDepartment(name="检务督察处", function=DepartmentFunction.INSPECTION, posts=((Role.INSPECTOR,),)),
    DemoDepartment(name="检务接待大厅", function=DepartmentFunction.RECEPTION, posts=((Role.RECEPTION_OFFICER,),)),
    DemoDepartment(
        name="院领导",
        function=DepartmentFunction.LEADERSHIP,
        posts=(
            (Role.CHIEF_PROCURATOR,),
            (Role.DEPUTY_CHIEF_PROCURATOR, Role.LEADER_IN_CHARGE),
            (Role.DEPUTY_CHIEF_PROCURATOR, Role.LEADER_IN_CHARGE),
            (Role.EXPERT_COMMITTEE,),
            (Role.LEADING_GROUP,),
        ),
    ),
)

ACCOUNTS = {Role.ADMINISTRATOR: "系统管理员", Role.INTEGRATOR: "统一业务应用系统"}
"""Accounts that belong to no department, by role."""

_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
_GIVEN_NAMES = (
    "晓明丽华志强秀英海涛文静永刚春燕立新雪梅国栋玉兰少华桂芳振宇红霞德明淑珍俊杰爱民婷婷成林佳慧光辉"
    "伟东小红学军欣怡兆丰月琴宏斌素云景春燕妮卫平清源慧敏大勇凤英启明若兰世杰美玲传江思远艳芳长河静怡绍文向阳彩云家栋冬梅"
)
"""Given names of two characters each. Their number has no divisor in common with that of the surnames, so that names
repeat late."""


def officer_name(number: int) -> str:
    """Return an invented name: the same for the same number, a different one for each number below some 2,000."""
    given = number * 7 % (len(_GIVEN_NAMES) // 2)
    return _SURNAMES[number % len(_SURNAMES)] + _GIVEN_NAMES[2 * given : 2 * given + 2]


def surname(random: Random) -> str:
    """Return a random surname for a party."""
    return random.choice(_SURNAMES)
