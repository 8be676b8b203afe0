"""The subjects of the demonstration's cases."""

from __future__ import annotations

from dataclasses import dataclass

from caserisk.demo.office_data import CIVIL, COMPLAINTS, CRIMINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKind:
    """A kind of case: the department that handles it, its cause and title, and the roles of its parties.

    ``number_series`` is the part of a case number that tells the kind; ``{0}`` in a title is the first party.
    """

    department: str
    number_series: str
    cause: str
    title: str
    parties: tuple[str, ...]


def _criminal(cause: str, title: str, *parties: str) -> CaseKind:
    return CaseKind(department=CRIMINAL, number_series="刑检受", cause=cause, title=title, parties=("被告人", *parties))


def _civil(cause: str, title: str, *parties: str) -> CaseKind:
    return CaseKind(department=CIVIL, number_series="民行受", cause=cause, title=title, parties=("申请人", *parties))


def _complaint(cause: str, title: str, *parties: str) -> CaseKind:
    return CaseKind(department=COMPLAINTS, number_series="控申受", cause=cause, title=title, parties=parties)


ORDINARY_CASES = (
    _criminal("故意伤害", "{0}故意伤害案", "被害人"),
    _criminal("交通肇事", "{0}交通肇事案", "被害人"),
    _criminal("盗窃", "{0}盗窃案", "被害人"),
    _criminal("诈骗", "{0}诈骗案", "被害人", "被害人"),
    _criminal("危险驾驶", "{0}危险驾驶案"),
    _criminal("非法拘禁", "{0}非法拘禁案", "被害人"),
    _civil("劳动争议", "{0}劳动争议民事申诉案", "被申请人"),
    _civil("民间借贷纠纷", "{0}民间借贷纠纷民事申诉案", "被申请人"),
    _complaint("不服不起诉决定申诉", "{0}不服不起诉决定申诉案", "申诉人"),
    _complaint("刑事申诉", "{0}不服法院生效判决申诉案", "申诉人"),
)
"""Kinds of cases without a risk."""

CONTENTIOUS_CASES = (
    _criminal("寻衅滋事", "{0}因拆迁纠纷寻衅滋事案", "被害人"),
    _criminal("聚众扰乱社会秩序", "{0}等人聚众扰乱社会秩序案", "被害单位"),
    _criminal("故意伤害", "{0}故意伤害(致人重伤)案", "被害人"),
    _criminal("集资诈骗", "{0}集资诈骗案", "被害人", "被害人"),
    _criminal("交通肇事", "{0}交通肇事(致人死亡)案", "被害人近亲属"),
    _civil("土地承包经营权纠纷", "{0}土地承包经营权纠纷民事申诉案", "被申请人"),
    _civil("房屋拆迁安置补偿合同纠纷", "{0}房屋拆迁安置补偿合同纠纷民事申诉案", "被申请人"),
    _complaint("国家赔偿", "{0}国家赔偿申请案", "赔偿请求人"),
    _complaint("不服不起诉决定申诉", "{0}不服不起诉决定申诉案", "申诉人"),
)
"""Kinds of cases that may set off a conflict."""
