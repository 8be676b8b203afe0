"""The regulation in force for an office: asked when it is queried, never stored."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry
from strawberry import argument

from caserisk.domain.terms import office_day
from caserisk.store import tables as t
from caserisk.store.database import Row
from caserisk_graphql.api.enums import DeadlineKind, PlanKind, PluginStatus, Role
from caserisk_graphql.api.levels import LevelScheme, RiskLevel
from caserisk_graphql.api.reasons import Citation, Reason
from caserisk_graphql.api.rules import (
    CaseStage,
    ClosingCondition,
    Factor,
    Measure,
    PlanSectionRule,
    Responsibility,
    ReviewStep,
)
from caserisk_graphql.api.type_references import OfficeRef
from caserisk_graphql.context import Context
from caserisk_graphql.reads.argument_checks import MAX_KEY_LENGTH, checked_text
from caserisk_graphql.reads.fields import attribute, computed, localised_attribute, one
from caserisk_graphql.reads.stored_types import embedded

Info = strawberry.Info[Context, None]
Level = Annotated[
    str | None, argument(description="The code of a level of the office's scheme (风险等级代码); null for none.")
]


async def regulation_of(root: Any, info: Info) -> Any:
    """Return the rules in force today for the office that a row is of."""
    return await _described(root, info, office_day(info.context.now))


async def regulation_on(
    info: Info,
    office: Annotated[str, argument(description="The office's code (检察院代码).")],
    on: Annotated[date | None, argument(description="The day (日期); today by default.")] = None,
) -> Any:
    """Return the rules in force on a day for an office that the viewer may see."""
    # Whoever does not see the office is not told whether it is regulated.
    row = await info.context.reader.find(t.offices.c.code, checked_text(office, "office", max_length=MAX_KEY_LENGTH))
    return row and await _described(row, info, on or office_day(info.context.now))


async def _described(office: Row, info: Info, day: date) -> Row | None:
    described = await info.context.regulations.describe(office["code"], day)
    if described is None:
        return None
    return {**described, "office_id": office["id"], "office_code": office["code"], "day": day}


async def _review_steps(
    root: Any,
    info: Info,
    level: Level = None,
    has_risk: Annotated[bool, argument(description="Whether the assessment finds a risk (有无风险).")] = True,
) -> Any:
    regulations = info.context.regulations
    return await regulations.review_steps(root["office_code"], root["day"], level=level, has_risk=has_risk)


async def _plan_sections(
    root: Any,
    info: Info,
    kind: Annotated[PlanKind, argument(description="The kind of plan (方案种类).")],
    level: Level = None,
) -> Any:
    return await info.context.regulations.plan_sections(root["office_code"], root["day"], kind=kind, level=level)


async def _closing_conditions(root: Any, info: Info, level: Level = None) -> Any:
    return await info.context.regulations.closing_conditions(root["office_code"], root["day"], level=level)


async def _issuing(root: Any, info: Info, level: Level = None) -> Any:
    return await info.context.regulations.issuing(root["office_code"], root["day"], level=level)


async def plugins(info: Info) -> Any:
    """Return the installed plugins, and those that are gone."""
    # What is installed is no secret among officers, but nothing is answered to strangers.
    info.context.require_viewer()
    return await info.context.regulations.plugins()


@embedded("A plugin that is installed (地区插件), or is gone and not retired; and what is wrong with it.")
class Plugin:
    """A plugin."""

    name: str = attribute("The distribution's name.")
    version: str = attribute("Its version.")
    jurisdictions: list[str] = attribute("The division codes it regulates (适用地区).")
    hooks: list[str] = attribute("The hooks it answers, by name.")
    status: PluginStatus = attribute("Whether it answers (状态).")
    problem: str | None = attribute("What is wrong with it (问题); null when nothing is.")


@embedded("A choice that the regulation leaves to an office (可选项), and what the office chose.")
class OfficeOption:
    """An option and its value."""

    key: str = attribute("The option's key.")
    label: str = localised_attribute("What is chosen (选项名称).")
    value: str = attribute("What holds in this office (现行取值).")
    default: str = attribute("What holds where nothing was chosen (默认取值).")
    choices: list[str] = attribute("The values an office may set (可选取值).")
    reasons: list[Reason] = attribute("Why there is a choice.")


@embedded("Who answers for a warning of a level (各等级责任分工).")
class LevelResponsibility:
    """A level and its responsibility."""

    level: RiskLevel | None = attribute("The level (风险等级); null where the region has none.")
    responsibility: Responsibility = attribute("Who answers for it (责任分工).")


@embedded("Whether there is a warning at a level (是否预警), and who issues and lifts it.")
class Issuing:
    """The issuing of a warning."""

    warns: bool = attribute("Whether there is a warning at this level at all (是否发布预警).")
    automatic: bool = attribute("Whether the regulation issues it by itself (自动发布).")
    roles: list[Role] = attribute("Who issues it otherwise (发布人角色).")
    lifted_by: list[Role] = attribute("Who may lift it (解除人角色).")
    reasons: list[Reason] = attribute("Why it is so.")


@embedded("A term that runs for a warning of a level (各等级期限).")
class LevelTerm:
    """A level and a term."""

    level: RiskLevel | None = attribute("The level (风险等级); null where the region has none.")
    deadline: DeadlineKind = attribute("The duty (期限种类).")
    label: str = localised_attribute("What it is called (期限名称).")
    term: str = attribute("An ISO 8601 duration, or `P3BD` for three working days (期限长度).")
    reasons: list[Reason] = attribute("Why there is this term.")


@embedded("The rules in force for an office on a day (预警办法): what a form needs to know before anything is decided.")
class Regulation:
    """The regulation as it answers."""

    office: OfficeRef = one(t.offices, "office_id", "The office (检察院).")
    layers: list[Plugin] = attribute("Who answers for this office, nearest first; the core's baseline last (适用层级).")
    edition: str = attribute("Which edition is in force on the day asked for (版本).")
    options: list[OfficeOption] = attribute("What the office chose where the regulation leaves a choice (可选项).")
    scheme: LevelScheme | None = attribute("The levels of risk (等级划分); null: risk or no risk, without levels.")
    stages: list[CaseStage] = attribute("The stages a case passes (办案环节), in order.")
    factors: list[Factor] = attribute("The questions an assessment answers (评估因素), in the order of the form.")
    review_steps: list[ReviewStep] = computed(
        _review_steps, "The chain that an assessment of a level passes (审批流程)."
    )
    plan_sections: list[PlanSectionRule] = computed(_plan_sections, "What a plan of a kind holds (方案内容要求).")
    closing_conditions: list[ClosingCondition] = computed(
        _closing_conditions, "What has to be attested when a warning of a level is resolved (结案条件)."
    )
    issuing: Issuing = computed(_issuing, "Whether there is a warning at a level, and who issues it (预警发布).")
    measures: list[Measure] = attribute("The kinds of disposition (处置措施): the core's, and the region's own.")
    responsibilities: list[LevelResponsibility] = attribute("Who answers for a warning (责任分工), level by level.")
    terms: list[LevelTerm] = attribute("The terms that run for a warning (期限), level by level.")
    cites: list[Citation] = attribute("The instruments it rests on (依据).")
