"""What a regulation lays down, as it is kept with what was decided by it, or answered when it is asked."""

from __future__ import annotations

from datetime import datetime

from caserisk_graphql.api.enums import DepartmentFunction, FactorKind, GatedAct, Role
from caserisk_graphql.api.reasons import Reason
from caserisk_graphql.reads.fields import attribute, localised_attribute
from caserisk_graphql.reads.stored_types import embedded


@embedded("A stage of case handling (办案环节), as the region names it.")
class CaseStage:
    """A stage."""

    key: str = attribute("The stage's key; filters and inputs take it.")
    label: str = localised_attribute("The stage's name (环节名称).")


@embedded("Whether an act in a case may be done (办案关口).")
class Gate:
    """A gate as it was decided last."""

    act: GatedAct = attribute("The act (办案行为).")
    open: bool = attribute("Whether it may be done (是否开放).")
    until: datetime | None = attribute(
        "When an open one closes by lapse of time (有效至); null where time does nothing."
    )
    reasons: list[Reason] = attribute("Why it may not, or may.")


@embedded("A value that may be chosen for a factor (选项).")
class FactorOption:
    """An option of a CHOICE factor."""

    value: str = attribute("What an answer holds.")
    label: str = localised_attribute("The option's name (选项名称).")


@embedded("A question that an assessment answers (评估因素).")
class Factor:
    """A factor as it was asked."""

    key: str = attribute("The factor's key; answers name it.")
    label: str = localised_attribute("The question (评估问题).")
    group: str | None = localised_attribute("The heading it stands under (分组); null for none.")
    kind: FactorKind = attribute("How it is answered (作答方式).")
    required: bool = attribute("Whether an assessment is refused without an answer (是否必答).")
    options: list[FactorOption] = attribute("The values of a CHOICE; none for the other kinds.")


@embedded("A post, by role and the function of departments (职务).")
class Post:
    """A post."""

    role: Role = attribute("The role: who heads such departments, or is in charge of them (角色).")
    function: DepartmentFunction = attribute("The function of the departments (部门职能).")


@embedded("A body that decides together (委员会).")
class Committee:
    """A committee."""

    convener: Post = attribute("Who convenes it (召集人).")
    members: list[Post] = attribute("Who sits on it beside (成员).")


@embedded("A step of the chain that an assessment passes (审批环节).")
class ReviewStep:
    """A review step."""

    key: str = attribute("The step's key.")
    label: str = localised_attribute("The step's name (审批环节名称).")
    role: Role = attribute("Who reviews (审批人角色).")
    decides_level: bool = attribute("Whether this reviewer may set another level (是否核定等级).")
    committee: Committee | None = attribute(
        "The body whose decision it is, which `role` enters (评审机构); null where one person reviews."
    )
    reasons: list[Reason] = attribute("Why this step is there.")


@embedded("A duty that the regulation gives to roles (职责).")
class Duty:
    """A duty."""

    key: str = attribute("The duty's key.")
    label: str = localised_attribute("What has to be done (职责内容).")
    roles: list[Role] = attribute("Whose duty it is (责任人).")


@embedded("Who answers for a warning (责任分工).")
class Responsibility:
    """Responsibility for a warning of some level."""

    handles: list[Role] = attribute("Who handles it (承办).")
    resolves: list[Role] = attribute("Who resolves it (化解).")
    supervises: list[Role] = attribute("Who supervises (督办).")
    leads: list[Role] = attribute("Who leads (牵头).")
    duties: list[Duty] = attribute("Further duties.")
    reasons: list[Reason] = attribute("Why it is they.")


@embedded("A kind of disposition (处置措施), such as mediation (调解).")
class Measure:
    """A measure; the core's own keys are the same in every region."""

    key: str = attribute("The measure's key; inputs take it.")
    label: str = localised_attribute("The measure's name (措施名称).")


@embedded("A section that a plan has (方案内容要求).")
class PlanSectionRule:
    """A section of a plan."""

    key: str = attribute("The section's key; inputs name it.")
    label: str = localised_attribute("The section's heading (标题).")
    required: bool = attribute("Whether a plan is refused without it (是否必填).")
    reasons: list[Reason] = attribute("Why it is asked for.")


@embedded("What has to be attested when a warning is resolved (结案条件).")
class ClosingCondition:
    """A closing condition."""

    key: str = attribute("The condition's key; attestations name it.")
    label: str = localised_attribute("The condition (条件内容).")
    reasons: list[Reason] = attribute("Why it is asked for.")
