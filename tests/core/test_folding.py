"""State is the fold of the log: what an entry does not concern stays as it is, the same object."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from functools import reduce
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from caserisk import domain
from caserisk.domain.assessments import (
    AssessmentConfirmed,
    AssessmentReturned,
    AssessmentReviewed,
    AssessmentSubmitted,
    AssessmentWithdrawn,
)
from caserisk.domain.casefile import CaseFile
from caserisk.domain.cases import (
    ActRecorded,
    Case,
    CaseAssigned,
    CaseConcluded,
    CaseOpened,
    GatesDecided,
    LevelChanged,
    PetitionRecorded,
    StageAdvanced,
)
from caserisk.domain.deadlines import (
    DeadlineOutcome,
    DeadlinesRecalculated,
    DeadlinesSettled,
    DeadlinesStarted,
    DueDateChange,
    WarningOverdue,
)
from caserisk.domain.dispositions import DispositionRecorded, EarlyDispositionRecorded
from caserisk.domain.events import Entry, Event
from caserisk.domain.folding import fold, open_file
from caserisk.domain.notices import NoticeRead, NoticesSent
from caserisk.domain.plans import PlanAdopted
from caserisk.domain.supervisions import SupervisionReplied, SupervisionWithdrawn, WarningSupervised
from caserisk.domain.vocabulary import (
    AssessmentStatus,
    ClosureOutcome,
    DeadlineStatus,
    GatedAct,
    OfficeChangeKind,
    Receipt,
    SupervisionStatus,
    Verdict,
    WarningStatus,
)
from caserisk.domain.warnings import (
    Closure,
    LevelAdjusted,
    ResponsibilityDecided,
    WarningAcknowledged,
    WarningArchived,
    WarningDelivered,
    WarningFiled,
    WarningIssued,
    WarningLifted,
    WarningResolved,
)
from caserisk.store.log import EVENT_TYPES
from tests.support.case_states import (
    ANSWERS_FOR_IT,
    CASE,
    CASE_OPENED,
    DUE,
    GRAVE,
    MILD,
    NEXT_STAGE,
    NOW,
    OFFICE,
    OFFICER,
    OPENED,
    TEXT,
    assessment,
    deadline,
    disposition,
    notice,
    plan,
    review,
    supervision,
    warning,
)

SETTLED = Closure(outcome=ClosureOutcome.SETTLED, feedback=None, attestations=(), by_id=OFFICER, at=NOW)


def entry(event: Event, number: int = 1) -> Entry:
    """An event as an entry about the case."""
    return Entry(id=f"event_{number}", at=NOW, office_id=OFFICE, case_id=CASE, actor_id=OFFICER, event=event)


def after(file: CaseFile, *events: Event) -> CaseFile:
    """A file after some events."""
    return reduce(fold, (entry(event, number) for number, event in enumerate(events)), file)


def by_id(*states: Any) -> dict[str, Any]:
    """States as a file holds them."""
    return {state.id: state for state in states}


def a_case() -> Case:
    """The case as it was opened."""
    return open_file(entry(CASE_OPENED)).case


def two_of_each() -> CaseFile:
    """A file with an old warning and a running one, and two of whatever else a file holds."""
    return CaseFile(
        case=replace(a_case(), current_assessment_id="assessment_new", active_warning_id="warning_new", due_at=DUE),
        assessments=by_id(assessment("assessment_old", AssessmentStatus.CONFIRMED), assessment("assessment_new")),
        reviews=by_id(review("review_old", "assessment_old"), review("review_older", "assessment_old")),
        warnings=by_id(
            replace(warning("warning_old", WarningStatus.ARCHIVED), plan_id="plan_old"),
            replace(warning("warning_new"), due_at=DUE),
        ),
        plans=by_id(plan("plan_old", warning_id="warning_old"), plan("plan_new", assessment_id="assessment_new")),
        dispositions=by_id(disposition("disposition_old"), disposition("disposition_older")),
        deadlines=by_id(
            replace(deadline("deadline_old", "warning_old"), status=DeadlineStatus.MET, met_at=OPENED),
            deadline("deadline_new", "warning_new"),
        ),
        supervisions=by_id(
            supervision("supervision_old", "warning_old"), supervision("supervision_new", "warning_new")
        ),
        notices=by_id(notice("notice_old"), notice("notice_new")),
    )


CONCERNS: list[tuple[Event, set[str]]] = [
    (CaseAssigned(department_id="department_1", handler_id=OFFICER), set()),
    (StageAdvanced(stage=NEXT_STAGE, next_stages=()), set()),
    (ActRecorded(act=GatedAct.DISPOSITION_DECISION, description="拟不起诉"), set()),
    (CaseConcluded(description="办结"), set()),
    (PetitionRecorded(channel="来信", description="来信", occurred_at=NOW), set()),
    (GatesDecided(gates=()), set()),
    (LevelChanged(level=MILD), set()),
    (EarlyDispositionRecorded(disposition=disposition("disposition_3")), set()),
    (AssessmentSubmitted(assessment=assessment("assessment_3"), plan=plan("plan_3")), set()),
    (
        AssessmentReviewed(
            assessment_id="assessment_new", review=review("review_3", "assessment_new"), next_review_due_at=None
        ),
        {"assessment_new"},
    ),
    (
        AssessmentReturned(
            assessment_id="assessment_new", review=review("review_3", "assessment_new", Verdict.RETURNED)
        ),
        {"assessment_new"},
    ),
    (AssessmentWithdrawn(assessment_id="assessment_new", reason=TEXT), {"assessment_new"}),
    (
        AssessmentConfirmed(
            assessment_id="assessment_new", has_risk=True, level=MILD, pending_issue=None, warning_id="warning_new"
        ),
        {"assessment_new", "assessment_old", "plan_new", "warning_new"},  # the old one is superseded
    ),
    (
        WarningIssued(warning=warning("warning_3", assessment_id="assessment_new")),
        {"assessment_new", "assessment_old", "plan_new"},  # nothing is left to issue from the old one
    ),
    (WarningAcknowledged(warning_id="warning_new"), {"warning_new"}),
    (WarningDelivered(warning_id="warning_new"), {"warning_new"}),
    (
        LevelAdjusted(
            warning_id="warning_new",
            level=GRAVE,
            receipt=Receipt.REQUIRED,
            lifted_by=(),
            scheme_required=True,
            responsibility=ANSWERS_FOR_IT,
        ),
        {"warning_new"},
    ),
    (ResponsibilityDecided(warning_id="warning_new", responsibility=ANSWERS_FOR_IT), {"warning_new"}),
    (PlanAdopted(warning_id="warning_new", plan=plan("plan_3", warning_id="warning_new")), {"warning_new"}),
    (DispositionRecorded(warning_id="warning_new", disposition=disposition("disposition_3")), {"warning_new"}),
    (
        DeadlinesStarted(deadlines=(deadline("deadline_3", "warning_new", due_at=DUE - timedelta(days=1)),)),
        {"warning_new"},  # due earlier than it was
    ),
    (DeadlinesStarted(deadlines=(deadline("deadline_3", "warning_new", due_at=DUE + timedelta(days=1)),)), set()),
    (
        DeadlinesSettled(
            outcomes=(DeadlineOutcome(deadline_id="deadline_new", status=DeadlineStatus.MET, met_at=NOW),)
        ),
        {"deadline_new", "warning_new"},  # due no more
    ),
    (
        DeadlinesRecalculated(
            batch="batch_1",
            changes=(
                DueDateChange(
                    deadline_id="deadline_new", label=TEXT, due_on_before=DUE.date(), due_on=date(2026, 3, 9)
                ),
            ),
        ),
        {"deadline_new", "warning_new"},  # due on another day
    ),
    (WarningOverdue(warning_id="warning_new", deadline_id="deadline_new"), {"deadline_new", "warning_new"}),
    (
        WarningSupervised(warning_id="warning_new", supervision=supervision("supervision_3", "warning_new")),
        {"warning_new"},
    ),
    (
        WarningSupervised(
            warning_id="warning_new",
            supervision=replace(supervision("supervision_new", "warning_new"), status=SupervisionStatus.ISSUED),
        ),
        {"supervision_new", "warning_new"},
    ),
    (
        SupervisionReplied(warning_id="warning_new", supervision_id="supervision_new", reply="已部署"),
        {"supervision_new", "warning_new"},
    ),
    (
        SupervisionWithdrawn(warning_id="warning_new", supervision_id="supervision_new"),
        {"supervision_new", "warning_new"},
    ),
    (WarningResolved(warning_id="warning_new", closure=SETTLED), {"warning_new"}),
    (WarningFiled(warning_id="warning_new", report="结案报告"), {"warning_new"}),
    (WarningArchived(warning_id="warning_new", note=None), {"warning_new"}),
    (WarningLifted(warning_id="warning_new", reason=TEXT), {"warning_new"}),
    (NoticesSent(notices=(notice("notice_3"),)), set()),
    (NoticeRead(notice_id="notice_new"), set()),
]
"""Every event after the first, and the states of the file that it changes beside the case."""


def test_the_log_knows_each_event_by_a_name_of_its_own() -> None:
    modules = [import_module(f"{domain.__name__}.{module.name}") for module in iter_modules(domain.__path__)]
    defined = {cls for module in modules for cls in vars(module).values() if isinstance(cls, type)}
    events = {cls for cls in defined if issubclass(cls, Event) and hasattr(cls, "kind")}

    assert set(EVENT_TYPES.items()) == {(cls.__name__, cls) for cls in events}


def test_every_event_of_a_case_is_listed() -> None:
    of_cases = {cls for cls in EVENT_TYPES.values() if not isinstance(cls.kind, OfficeChangeKind)}

    assert {type(event) for event, _ in CONCERNS} == of_cases - {CaseOpened}


@pytest.mark.parametrize(("event", "concerned"), CONCERNS, ids=[type(event).__name__ for event, _ in CONCERNS])
def test_an_entry_leaves_the_rest_alone(event: Event, concerned: set[str]) -> None:
    before = two_of_each()

    folded = fold(before, entry(event))

    changed = {
        id
        for noun in fields(CaseFile)[1:]
        for id, state in getattr(before, noun.name).items()
        if getattr(folded, noun.name)[id] is not state
    }
    assert changed == concerned


# ------------------------------------------------------------------------------------------------ the case


def test_a_file_begins_with_an_opened_case() -> None:
    case = open_file(entry(CASE_OPENED)).case

    assert (case.id, case.office_id, case.number) == (CASE, OFFICE, "株检公诉〔2026〕1号")
    assert (case.version, case.revision) == (1, 1)


def test_a_file_begins_with_nothing_else() -> None:
    with pytest.raises(ValueError, match="CaseOpened, not with CaseConcluded"):
        open_file(entry(CaseConcluded(description="办结")))


def test_a_notice_moves_the_revision_only() -> None:
    file = after(two_of_each(), NoticesSent(notices=(notice("notice_3"),)), NoticeRead(notice_id="notice_3"))

    assert (file.case.version, file.case.revision) == (1, 3)


def test_a_notice_is_read_by_who_acts() -> None:
    [reading] = after(two_of_each(), NoticeRead(notice_id="notice_new")).notice_reads.values()

    assert (reading.notice_id, reading.officer_id, reading.at) == ("notice_new", OFFICER, NOW)


def test_a_case_remembers_each_level() -> None:
    file = after(two_of_each(), LevelChanged(level=MILD), LevelChanged(level=None), LevelChanged(level=GRAVE))

    assert [(period.level, period.revision) for period in file.case_levels.values()] == [
        (MILD, 2),
        (None, 3),
        (GRAVE, 4),
    ]
    assert file.case.severity == 4


# ------------------------------------------------------------------------------------------------ assessments


def test_a_reviewer_sets_the_level() -> None:
    reviewed = AssessmentReviewed(
        assessment_id="assessment_new",
        review=review("review_3", "assessment_new", level=GRAVE),
        next_review_due_at=None,
    )

    folded = after(two_of_each(), reviewed).assessments["assessment_new"]

    assert (folded.level, folded.working_level, folded.reviewed, folded.next_review) == (GRAVE, GRAVE, 1, None)


def test_a_returned_assessment_is_no_longer_current() -> None:
    returned = AssessmentReturned(
        assessment_id="assessment_new", review=review("review_3", "assessment_new", Verdict.RETURNED)
    )

    file = after(two_of_each(), returned)

    assert file.case.current_assessment_id == "assessment_old"
    assert file.assessments["assessment_new"].pending_issue is None


def test_a_withdrawn_assessment_is_no_longer_current() -> None:
    file = after(two_of_each(), AssessmentWithdrawn(assessment_id="assessment_new", reason=TEXT))

    withdrawn = file.assessments["assessment_new"]
    assert file.case.current_assessment_id == "assessment_old"
    assert (withdrawn.status, withdrawn.withdrawal_reason) == (AssessmentStatus.WITHDRAWN, TEXT)
    assert (withdrawn.pending_issue, withdrawn.next_review, withdrawn.raised) == (None, None, False)


def test_a_confirmed_assessment_supersedes_the_last() -> None:
    confirmed = AssessmentConfirmed(
        assessment_id="assessment_new", has_risk=True, level=GRAVE, pending_issue=None, warning_id="warning_new"
    )

    file = after(two_of_each(), confirmed)

    assert file.assessments["assessment_old"].status is AssessmentStatus.SUPERSEDED
    assert file.assessments["assessment_new"].status is AssessmentStatus.CONFIRMED
    assert file.warnings["warning_new"].plan_id == "plan_new"  # its plan is adopted with it


# ------------------------------------------------------------------------------------------------ warnings


def test_the_first_receipt_moves_a_warning_on() -> None:
    file = after(two_of_each(), WarningAcknowledged(warning_id="warning_new"))

    received = file.warnings["warning_new"]
    assert (received.status, received.acknowledged_at) == (WarningStatus.ACKNOWLEDGED, NOW)


def test_an_adjusted_warning_wants_a_new_receipt() -> None:
    adjusted = LevelAdjusted(
        warning_id="warning_new",
        level=GRAVE,
        receipt=Receipt.REQUIRED,
        lifted_by=(),
        scheme_required=True,
        responsibility=ANSWERS_FOR_IT,
    )

    file = after(two_of_each(), WarningAcknowledged(warning_id="warning_new"), adjusted)

    warned = file.warnings["warning_new"]
    assert (warned.level, warned.status, warned.acknowledged_at) == (GRAVE, WarningStatus.ISSUED, None)


def test_work_under_way_goes_on_under_another_level() -> None:
    under_way = DispositionRecorded(warning_id="warning_new", disposition=disposition("disposition_3"))
    received = WarningAcknowledged(warning_id="warning_new")

    file = after(two_of_each(), under_way, received)

    assert file.warnings["warning_new"].status is WarningStatus.IN_DISPOSITION


def test_a_case_is_due_with_its_earliest_deadline() -> None:
    sooner = DUE - timedelta(days=10)

    file = after(two_of_each(), DeadlinesStarted(deadlines=(deadline("deadline_3", "warning_new", due_at=sooner),)))

    assert file.case.due_at == file.warnings["warning_new"].due_at == sooner


@pytest.mark.parametrize(
    "end",
    [
        WarningResolved(warning_id="warning_new", closure=SETTLED),
        WarningLifted(warning_id="warning_new", reason=TEXT),
    ],
    ids=["resolved", "lifted"],
)
def test_a_case_without_a_warning_is_not_due(end: Event) -> None:
    file = after(two_of_each(), end)

    assert (file.case.active_warning_id, file.case.due_at, file.warnings["warning_new"].due_at) == (None, None, None)


def test_a_completed_supervision_keeps_its_place() -> None:
    issued = replace(supervision("supervision_new", "warning_new"), status=SupervisionStatus.ISSUED)

    file = after(
        two_of_each(),
        WarningSupervised(warning_id="warning_new", supervision=issued),
        SupervisionReplied(warning_id="warning_new", supervision_id="supervision_new", reply="已部署"),
    )

    replied = file.supervisions["supervision_new"]
    assert list(file.supervisions) == ["supervision_old", "supervision_new"]
    assert (replied.status, replied.reply, replied.replied_at, replied.version) == (
        SupervisionStatus.REPLIED,
        "已部署",
        NOW,
        3,
    )
