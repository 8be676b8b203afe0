"""Every question the core asks a regulation, declared once: signature, layers, checks and default.

A hook is asked when something is decided, never when something is read. It is pure: facts in, values out, the same
answer for the same facts; no network, no clock (the time is in the facts), no store. ``None`` always means "not
regulated by me", and the next layer is asked: county, city, province, then the core's baseline. A hook has one second.
An exception, a wrong type or a late answer refuses the command with ``PLUGIN_FAULT`` and names the plugin.

An implementation may name one argument more, ``inherited``: what the layers beneath it answer, so that it changes one
thing and keeps the rest. Its answer then takes the place of theirs; ``None`` leaves theirs as they are. What it gives
back as it was keeps the plugin and the version it came from. The second is for all of them together.

`Rules` at the end has a field for each hook, in which a region states its answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pluggy

from caserisk.domain.facts import Facts
from caserisk.domain.levels import LevelScheme, RiskLevel
from caserisk.domain.rules import (
    MAX_STAND_INS,
    ClosingCondition,
    DerivedLevel,
    Factor,
    Gate,
    Issuing,
    Measure,
    NoticeRule,
    Occasion,
    PlanRule,
    Responsibility,
    ReviewStep,
    Stage,
    SupervisionRule,
    TermRule,
)
from caserisk.domain.terms import Term
from caserisk.domain.vocabulary import GatedAct, PlanKind
from caserisk.regulation.answer_tables import Stated
from caserisk.regulation.hook_specification import PROJECT, Arguments, Hook, hook, together

API_VERSION = 1
"""The version of this module's promises; a plugin names the one it was written for."""

hookimpl = pluggy.HookimplMarker(PROJECT)

# ------------------------------------------------------------------------------------------------ what there is


def check_scheme(scheme: LevelScheme, _: Arguments) -> None:
    """Refuse levels that cannot be told apart.

    Raises:
        ValueError: two have the same code.
    """
    _check_distinct("level", (level.code for level in scheme.levels))


def nearest_with_levels(answers: Iterator[LevelScheme]) -> LevelScheme | None:
    """Take the nearest scheme; none where it has no levels, which says that there is risk or there is none."""
    scheme = next(answers, None)
    return scheme if scheme and scheme.levels else None


@hook(combine=nearest_with_levels, check=check_scheme, asked_without_case=True)
def caserisk_level_scheme(facts: Facts) -> LevelScheme | None:
    """State the levels of risk (风险等级), mildest first.

    Called by
        Every decision that names a level, and the query ``regulation``.
    Arguments
        ``facts`` with the office and its options; ``facts.case`` may be None.
    Returns
        The scheme; one without levels (``levels=()``) where there is only risk or no risk. The place of a level in the
        list is its rank; ``code`` is what clients send, and codes differ. A scheme is known by its contents: change a
        label and it is another scheme, while what was decided under the old one keeps it. Keep ``key`` the same as long
        as ranks stay comparable, and raise ``version``. ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole. The baseline has 一般, 较大, 重大.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``; two levels of one code are an error too.
    """


def check_stages(stages: tuple[Stage, ...], _: Arguments) -> None:
    """Refuse stages among which a case has nowhere to begin.

    Raises:
        ValueError: there is none, or two have the same key.
    """
    # An empty answer to another hook means "none here"; a case could not be opened without a stage.
    if not stages:
        raise ValueError("there is no stage for a case to begin in; answer None where you do not regulate them")
    _check_distinct("stage", (stage.key for stage in stages))


@hook(default=(), check=check_stages, asked_without_case=True)
def caserisk_stages(facts: Facts) -> Sequence[Stage] | None:
    """State the stages (办案环节) a case passes, in order.

    Called by
        Opening a case, advancing it, and the query ``regulation``.
    Arguments
        ``facts`` with the office and its options; ``facts.case`` is None when a case is being opened.
    Returns
        The stages, at least one; a case begins in the first unless whoever opens it says otherwise. By default each
        leads to the one listed after it; ``next`` names others, or none with ``next=()``. ``acts`` are the gated acts
        done in a stage: whoever opens a case in a later one has to be through their gates. ``None`` for "not regulated
        by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole. The baseline has 受理, 审查, 处理决定,
        后续工作.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``; no stage, or two of one key, are errors too.
    """


K = TypeVar("K", Factor, Measure)


def merge_by_key(answers: Iterator[tuple[K, ...]]) -> tuple[K, ...]:
    """List what all layers name by key, that of the highest first; the nearest layer that names a key defines it."""
    # From the baseline up: a key keeps the place it was given first, and a nearer layer overwrites what stands there.
    merged: dict[str, K] = {}
    for items in reversed(list(answers)):
        merged.update({item.key: item for item in items})
    return tuple(merged.values())


@hook(default=(), combine=merge_by_key, asked_without_case=True)
def caserisk_factors(facts: Facts) -> Sequence[Factor] | None:
    """State the questions an assessment answers (评估因素).

    Called by
        Submitting an assessment, and the query ``regulation``.
    Arguments
        ``facts`` with the case as it stands.
    Returns
        Further factors, or a key of another layer with a definition of this region. ``required`` ones have to be
        answered, also where no risk is found. An answer is ``yes`` or ``no`` (YES_NO), one of the ``options``
        (CHOICE), a decimal number (NUMBER), or text (TEXT). ``None`` for "nothing to add".
    Layers
        All together, in the order of the form: those of the province, of the city, of the county. Where two name the
        same key, the nearest defines it. With ``inherited`` a layer may leave some out. The baseline has none.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hook(default=(), combine=merge_by_key, asked_without_case=True)
def caserisk_measures(facts: Facts) -> Sequence[Measure] | None:
    """Add kinds of disposition (处置措施) to the core's own.

    Called by
        Recording a disposition, and the query ``regulation``.
    Arguments
        ``facts`` with the case as it stands.
    Returns
        Further measures, or a key of another layer with a label of this region. The core's keys are ``explanation``,
        ``counselling``, ``reconciliation``, ``mediation``, ``victim-relief``, ``return-visit``, ``leader-charge``,
        ``joint-action``, ``emergency-response`` and ``other``. ``None`` for "nothing to add".
    Layers
        All together; where two name the same key, the nearest gives the label.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


# ------------------------------------------------------------------------------------------------ assessing


def check_derived_level(derived: DerivedLevel, arguments: Arguments) -> None:
    """Refuse a level that the scheme does not have.

    Raises:
        ValueError: it is not among the scheme's codes.
    """
    scheme: LevelScheme = arguments["scheme"]
    codes = [level.code for level in scheme.levels]
    if derived.code is not None and derived.code not in codes:
        raise ValueError(f"level {derived.code!r} is not of the scheme {scheme.key!r}; it has {', '.join(codes)}")


@hook(check=check_derived_level)
def caserisk_derived_level(facts: Facts, answers: Mapping[str, str], scheme: LevelScheme) -> DerivedLevel | None:
    """Derive the level from the answers, where the regulation does.

    Called by
        Submitting an assessment, in a scheme that has levels; also one that finds no risk, which a level contradicts.
    Arguments
        ``answers`` by factor key, already checked against the factors; an optional factor may be missing, so use
        ``answers.get``. ``scheme`` as decided for this case: a city beneath yours may have refined it, so derive only
        from a scheme you know (``scheme.key``).
    Returns
        The code of a level of that scheme with the reasons; ``code=None`` where no level follows, and the handler has
        to propose one where there is a risk. ``override`` says whether the handler may propose another level, or find
        no risk: ``WITH_REASON`` (the default; the reason is recorded, and without one the assessment is refused),
        ``RAISE_ONLY`` (a graver one, with a reason) or ``FORBIDDEN``. The last two bind the reviewer of a
        ``decides_level`` step too. ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole. The baseline derives nothing.
    Errors
        As for every hook; a code that the scheme does not have is one too.
    """


@hook(default=PlanRule(sections=()), asked_without_case=True)
def caserisk_plan(facts: Facts, kind: PlanKind, has_risk: bool, level: RiskLevel | None) -> PlanRule | None:
    """State what a plan (预案, 方案) holds, and whether there has to be one.

    Called by
        Submitting an assessment (``CONTINGENCY``, 工作预案); issuing a warning, adopting a scheme, recording a
        disposition and resolving the warning (``SCHEME``, 处置方案); and the query ``regulation``.
    Arguments
        ``kind`` of plan; ``has_risk`` and ``level`` as assessed.
    Returns
        The sections, and whether the plan is required. A required contingency plan has to come with the assessment;
        before a required scheme is adopted nothing is done to a warning that was received. A ``required`` section has
        to be written where there is a plan, and a plan has a section at least. ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole. The baseline has four sections and requires
        nothing.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


def check_terms(rules: tuple[TermRule | ReviewStep, ...], _: Arguments) -> None:
    """Refuse terms that cannot be counted.

    Raises:
        ValueError: a term is not written as `caserisk.domain.terms` reads it.
    """
    for rule in rules:
        if rule.term is not None:
            Term.parse(rule.term)


def check_review_steps(steps: tuple[ReviewStep, ...], arguments: Arguments) -> None:
    """Refuse terms that cannot be counted, and more stand-ins than a step may have.

    Raises:
        ValueError: see `check_terms`; or a step names more than `MAX_STAND_INS`.
    """
    check_terms(steps, arguments)
    for step in steps:
        if len(step.stand_ins or ()) > MAX_STAND_INS:
            raise ValueError(
                f"step {step.key!r} has {len(step.stand_ins or ())} stand-ins; it may have {MAX_STAND_INS}"
            )


@hook(default=(), check=check_review_steps, asked_without_case=True)
def caserisk_review_steps(facts: Facts, has_risk: bool, level: RiskLevel | None) -> Sequence[ReviewStep] | None:
    """State the chain an assessment passes (审批流程).

    Called by
        Submitting an assessment, and the query ``regulation``. A review that runs keeps the chain it started with.
    Arguments
        ``has_risk`` as submitted; ``level`` as proposed, or else derived.
    Returns
        The steps in order; an empty sequence where the assessment is confirmed on submission. The reviewer of a
        ``decides_level`` step may set another level. ``term`` is how long a reviewer has, counted from the moment it is
        their turn. DEPARTMENT_HEAD and LEADER_IN_CHARGE are those of the case's department, other roles of the office.
        Nobody reviews a step who submitted the assessment, handles the case, or reviewed an earlier step, unless it is
        not ``separate``. Where nobody is left, it falls to the first of its ``stand_ins`` of whom somebody is, by
        default the tiers above: leader in charge, deputy, chief procurator. ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole. The baseline has the department's head,
        then the leader in charge, and nobody where there is no risk.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``; a term that cannot be counted, or more than
        three stand-ins, is an error too.
    """


def merge_gates(answers: Iterator[tuple[Gate, ...]]) -> tuple[Gate, ...]:
    """State for every act whether it is open: where every layer lets it be."""
    gates = together(answers)
    return tuple(_merge_gates_of_act(act, gates) for act in GatedAct)


def _merge_gates_of_act(act: GatedAct, gates: tuple[Gate, ...]) -> Gate:
    of_act = [gate for gate in gates if gate.act is act]
    closed = [gate for gate in of_act if not gate.open]
    # A person who is refused reads only what holds the act back, not what would have let it pass.
    reasons = tuple(reason for gate in closed or of_act for reason in gate.reasons)
    until = min((gate.until for gate in of_act if gate.until), default=None)
    return Gate(act=act, open=not closed, reasons=reasons, until=None if closed else until)


def check_gates(gates: tuple[Gate, ...], arguments: Arguments) -> None:
    """Refuse a gate that is said to be open and to have closed already.

    Raises:
        ValueError: an open gate holds until a moment that has passed.
    """
    at = arguments["facts"].at
    for gate in gates:
        if gate.open and gate.until and gate.until <= at:
            raise ValueError(f"{gate.act} is open until {gate.until.isoformat()}, which has passed")


def keep_closed(answer: tuple[Gate, ...], inherited: tuple[Gate, ...]) -> tuple[Gate, ...]:
    """Keep every act closed that is closed beneath, with the reasons given there, unless the answer closes it too."""
    closed = {gate.act for gate in answer if not gate.open}
    return (*answer, *(gate for gate in inherited if not gate.open and gate.act not in closed))


@hook(default=(), combine=merge_gates, amend=keep_closed, check=check_gates)
def caserisk_gates(facts: Facts) -> Sequence[Gate] | None:
    """Say which acts may be done now (办案关口), and why others may not.

    Called by
        Every change of a case, to store the answer, and the act itself, to ask anew.
    Arguments
        ``facts`` with the case, its assessments and its warning as they stand.
    Returns
        The gates this regulation keeps, open or closed, always with their reasons; an act it does not name is open. The
        reasons of a closed gate are what the person reads who is refused (``GATE_CLOSED``). ``until`` is when an open
        gate closes by mere lapse of time (an assessment that may be thirty days old); the deadline clock asks anew
        then. ``None`` for "nothing to add".
    Layers
        All together: an act is open where every layer lets it be. A city cannot open what its province holds back, not
        with ``inherited`` either: what is closed there stays closed.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``; an open gate whose ``until`` has passed is an
        error too.
    """


# ------------------------------------------------------------------------------------------------ warning


@hook(default=Issuing(reasons=()), asked_without_case=True)
def caserisk_issuing(facts: Facts, level: RiskLevel | None) -> Issuing | None:
    """State who issues a warning of a level (发布预警) and who lifts it (解除), and what its receipt means (签收).

    Called by
        Submitting or confirming an assessment that finds a risk; issuing, adjusting and lifting a warning; and the
        query ``regulation``.
    Arguments
        ``level`` as decided; None for risk without a level.
    Returns
        The rule. With ``automatic=True`` the warning is issued together with the decision that makes it due; otherwise
        one of ``roles`` issues it. ``receipt`` is ``AUTOMATIC`` (received when issued), ``REQUIRED`` (nothing is done
        before the receipt) or ``OPTIONAL``. ``at_intake`` may warn when they assign a case (``level`` is None then), by
        default nobody; such a warning is not closed before the case is assessed. With ``warns=False`` there is no
        warning at this level: none is due from an assessment, and a warning that runs when its level falls to this one
        goes on until it is resolved or lifted. ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole. The baseline issues by itself.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hook(default=Responsibility(reasons=()), asked_without_case=True)
def caserisk_responsibility(facts: Facts, level: RiskLevel | None) -> Responsibility | None:
    """State who answers for a warning of a level (责任).

    Called by
        Issuing a warning, adjusting its level, recording a petition; and the query ``regulation``.
    Arguments
        ``level`` of the warning; ``facts.case.petition_recorded`` tells whether a petition event is on record.
    Returns
        The roles that handle (承办), resolve (化解), supervise (督办) and lead (牵头). Those who handle, resolve or
        lead may receive, plan for, resolve and file the warning, beside the department's head and the case handler;
        those who lead may record dispositions too. ``supervises`` and ``duties`` are listed for people; they give no
        right. ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole. The baseline names handler and head.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hook(default=(), check=check_terms, asked_without_case=True)
def caserisk_terms(facts: Facts, level: RiskLevel | None) -> Sequence[TermRule] | None:
    """State the terms (期限) that run for a warning of a level.

    Called by
        Issuing a warning, its receipt, adjusting its level; and the query ``regulation``.
    Arguments
        ``level`` of the warning; ``facts.warning`` with the times on record.
    Returns
        The terms, each with its reason; an empty sequence where there is none. A term is written ``P3BD`` (three
        working days), ``P15D`` (fifteen days), ``P6M`` (six calendar months) or ``P1M10D``. The starting day is not
        counted. A last day on which nobody works moves on to the next working day unless ``rolls=False``. The core
        computes the day and stores it with the rule. A term starts with the ``ISSUE`` or the ``RECEIPT`` of the
        warning. An ACKNOWLEDGEMENT is met by the receipt, a PLAN by adopting a scheme, a RESOLUTION by resolving the
        warning with one of the outcomes in ``met_by``. The other kinds run and may pass; they end with the warning.
        When a level changes, ACKNOWLEDGEMENT and RESOLUTION start anew. ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole. The baseline has none.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``; a term that cannot be counted is an error too.
    """


@hook(default=(), asked_without_case=True)
def caserisk_closing_conditions(facts: Facts, level: RiskLevel | None) -> Sequence[ClosingCondition] | None:
    """State what has to be attested when a warning is resolved (结案条件).

    Called by
        Resolving a warning, and the query ``regulation``.
    Arguments
        ``level`` of the warning.
    Returns
        The conditions; whoever resolves the warning attests each of them by its key. An empty sequence where there is
        none; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole. The baseline has none.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hook(default=(), combine=together)
def caserisk_notices(facts: Facts, occasion: Occasion, level: RiskLevel | None) -> Sequence[NoticeRule] | None:
    """Say who has to be told (通知) of what has just happened.

    Called by
        Each command, once for each occasion in it; the notices are sent in the same transaction (A-34).
    Arguments
        ``occasion``; ``level`` of the assessment or warning it is about. ``facts.warning`` is that warning, also when
        it has just ended; ``facts.deadline`` the deadline that passed.
    Returns
        Whom to tell of this ``occasion``. ``to_function`` addresses the office's departments of a function,
        ``to_undertaking`` the department that handles the case, ``to_role`` narrows either to a role. Alone,
        ``to_role`` addresses the office's officers of that role; DEPARTMENT_HEAD, LEADER_IN_CHARGE and CASE_HANDLER are
        those of this case. ``to_awaited`` addresses whoever something waits for: who reviews next, who issues the
        warning that is due, who issues the supervision. ``None`` for "nothing to add".
    Layers
        All together, the nearest first: whoever a layer tells is not told again by those beneath, so the nearest words
        it. The baseline answers every occasion.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hook(default=())
def caserisk_supervision(facts: Facts, occasion: Occasion, level: RiskLevel | None) -> Sequence[SupervisionRule] | None:
    """Say which supervision (督办) now has to follow.

    Called by
        Issuing a warning and adjusting its level (WARNING_ISSUED, LEVEL_CHANGED), and the deadline clock
        (DEADLINE_PASSED).
    Arguments
        ``occasion``; ``level`` of the warning; ``facts.supervisions`` and ``facts.deadlines`` with what was before,
        ``facts.deadline`` with the deadline that passed.
    Returns
        The supervisions to put on record as REQUIRED; a person completes and issues them. One that still waits is not
        asked for twice. An empty sequence for none; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole. The baseline asks for none.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


def _check_distinct(noun: str, keys: Iterable[str]) -> None:
    repeated = [key for key, count in Counter(keys).items() if count > 1]
    if repeated:
        raise ValueError(f"{noun} {repeated[0]!r} is there twice")


# Nothing else lists the hooks: one that is declared above is registered, asked by the self-check and documented.
HOOKS: Mapping[str, Hook[..., Any]] = {
    declared.name: declared for declared in list(globals().values()) if isinstance(declared, Hook)
}
"""Every hook by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a region states: an answer for each hook that it regulates.

    An answer is a value, a table (`by`) or a function with the arguments it needs; None is "not regulated by me". The
    field of a hook has its name without ``caserisk_``.
    """

    level_scheme: Stated[LevelScheme] = None
    stages: Stated[Sequence[Stage]] = None
    factors: Stated[Sequence[Factor]] = None
    measures: Stated[Sequence[Measure]] = None
    derived_level: Stated[DerivedLevel] = None
    plan: Stated[PlanRule] = None
    review_steps: Stated[Sequence[ReviewStep]] = None
    gates: Stated[Sequence[Gate]] = None
    issuing: Stated[Issuing] = None
    responsibility: Stated[Responsibility] = None
    terms: Stated[Sequence[TermRule]] = None
    closing_conditions: Stated[Sequence[ClosingCondition]] = None
    notices: Stated[Sequence[NoticeRule]] = None
    supervision: Stated[Sequence[SupervisionRule]] = None
