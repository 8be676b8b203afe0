"""The hooks: every question the core asks a regulation.

They are asked when something is decided, never when something is read. All are pure: facts in, values out, the same
answer for the same facts; no network, no clock (the time is in the facts), no store. ``None`` always means "not
regulated by me", and the next layer is asked: county, city, province, then the core's baseline. A hook has one second.
An exception, a wrong type or a late answer refuses the command with ``PLUGIN_FAULT`` and names the plugin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pluggy

from caserisk.domain.vocabulary import PlanKind

if TYPE_CHECKING:
    from caserisk.domain.facts import Facts
    from caserisk.domain.levels import LevelScheme, RiskLevel
    from caserisk.domain.rules import (
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

PROJECT = "caserisk"
API_VERSION = 1
"""The version of this module's promises; a plugin names the one it was written for."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

# ------------------------------------------------------------------------------------------------ what there is


@hookspec
def caserisk_level_scheme(facts: Facts) -> LevelScheme | None:
    """State the levels of risk, mildest first.

    Called by
        Every decision that names a level, and the query ``regulation``.
    Arguments
        ``facts`` with the office and its options; ``facts.case`` may be None.
    Returns
        The scheme; one without levels where there is only risk or no risk; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hookspec
def caserisk_stages(facts: Facts) -> Sequence[Stage] | None:
    """State the stages a case passes, in order.

    Called by
        Opening a case, advancing it, and the query ``regulation``.
    Arguments
        ``facts`` with the office and its options; ``facts.case`` is None when a case is being opened.
    Returns
        The stages, the first being where a case begins; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hookspec
def caserisk_factors(facts: Facts) -> Sequence[Factor] | None:
    """State the questions an assessment answers.

    Called by
        Submitting an assessment, and the query ``regulation``.
    Arguments
        ``facts`` with the case as it stands.
    Returns
        The factors in the order of the form; an empty sequence where there is none; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hookspec
def caserisk_measures(facts: Facts) -> Sequence[Measure] | None:
    """Add kinds of disposition to the core's own.

    Called by
        Recording a disposition, and the query ``regulation``.
    Arguments
        ``facts`` with the case as it stands.
    Returns
        Further measures, or others' keys with a label of this region; ``None`` for "nothing to add".
    Layers
        All together; where two name the same key, the nearest gives the label.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


# ------------------------------------------------------------------------------------------------ assessing


@hookspec
def caserisk_derived_level(facts: Facts, answers: Mapping[str, str], scheme: LevelScheme) -> DerivedLevel | None:
    """Derive the level from the answers, where the regulation does.

    Called by
        Submitting an assessment that finds a risk, in a scheme that has levels.
    Arguments
        ``answers`` by factor key, already checked against the factors; ``scheme`` as decided for this case.
    Returns
        The code of a level of that scheme with the reasons; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole.
    Errors
        As for every hook; a code that the scheme does not have is one too.
    """


@hookspec
def caserisk_plan(facts: Facts, kind: PlanKind, has_risk: bool, level: RiskLevel | None) -> PlanRule | None:
    """State what a plan holds, and whether there has to be one.

    Called by
        Submitting an assessment (CONTINGENCY), adopting a plan and recording a disposition (SCHEME).
    Arguments
        ``kind`` of plan; ``has_risk`` and ``level`` as assessed.
    Returns
        The rule; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hookspec
def caserisk_review_steps(facts: Facts, has_risk: bool, level: RiskLevel | None) -> Sequence[ReviewStep] | None:
    """State the chain an assessment passes.

    Called by
        Submitting an assessment. A review that runs keeps the chain it started with.
    Arguments
        ``has_risk`` as submitted; ``level`` as proposed, or else derived.
    Returns
        The steps in order; an empty sequence where the assessment is confirmed on submission; ``None`` for "not
        regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hookspec
def caserisk_gates(facts: Facts) -> Sequence[Gate] | None:
    """Say which acts may be done now, and why others may not.

    Called by
        Every change of a case, to store the answer, and the act itself, to ask anew.
    Arguments
        ``facts`` with the case, its assessments and its warning as they stand.
    Returns
        The gates this regulation keeps, open or closed; acts it does not name are open; ``None`` for "nothing to add".
    Layers
        All together: an act is open where every layer lets it be.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


# ------------------------------------------------------------------------------------------------ warning


@hookspec
def caserisk_issuing(facts: Facts, level: RiskLevel | None) -> Issuing | None:
    """State who issues a warning of a level and who lifts it, and what its receipt means.

    Called by
        Confirming an assessment that finds a risk, issuing and lifting a warning.
    Arguments
        ``level`` as decided; None for risk without a level.
    Returns
        The rule; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hookspec
def caserisk_responsibility(facts: Facts, level: RiskLevel | None) -> Responsibility | None:
    """State who answers for a warning of a level.

    Called by
        Issuing a warning, adjusting its level, recording a petition; and the query ``regulation``.
    Arguments
        ``level`` of the warning; ``facts.case.petition_recorded`` tells whether a petition event is on record.
    Returns
        The responsibility; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hookspec
def caserisk_terms(facts: Facts, level: RiskLevel | None) -> Sequence[TermRule] | None:
    """State the terms that run for a warning of a level.

    Called by
        Issuing a warning, its receipt, adjusting its level; and the query ``regulation``.
    Arguments
        ``level`` of the warning; ``facts.warning`` with the times on record.
    Returns
        The terms, each with its reason; an empty sequence where there is none; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hookspec
def caserisk_closing_conditions(facts: Facts, level: RiskLevel | None) -> Sequence[ClosingCondition] | None:
    """State what has to be attested when a warning is resolved.

    Called by
        Resolving a warning, and the query ``regulation``.
    Arguments
        ``level`` of the warning.
    Returns
        The conditions; an empty sequence where there is none; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hookspec
def caserisk_notices(facts: Facts, occasion: Occasion, level: RiskLevel | None) -> Sequence[NoticeRule] | None:
    """Say who has to be told of what has just happened.

    Called by
        Each command, once for each occasion in it; the notices are sent in the same transaction (A-34).
    Arguments
        ``occasion``; ``level`` of the assessment or warning it is about.
    Returns
        Whom to tell; ``None`` for "nothing to add".
    Layers
        All together, the nearest first.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """


@hookspec
def caserisk_supervision(facts: Facts, occasion: Occasion, level: RiskLevel | None) -> Sequence[SupervisionRule] | None:
    """Say which supervision now has to follow.

    Called by
        Issuing a warning and adjusting its level (WARNING_ISSUED, LEVEL_CHANGED), and the deadline clock
        (DEADLINE_PASSED).
    Arguments
        ``occasion``; ``level`` of the warning.
    Returns
        The supervisions to put on record as REQUIRED; an empty sequence for none; ``None`` for "not regulated by me".
    Layers
        The nearest jurisdiction that does not answer ``None``, taken whole.
    Errors
        As for every hook: the command is refused with ``PLUGIN_FAULT``.
    """
