"""Invariants of every case, whoever did whatever: read through the API, as its chief procurator sees it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caserisk.domain.vocabulary import ACTIVE_WARNING_STATUSES, Role
from tests.support.api import Answer, Client

_CASE = """
query ($id: ID!, $now: DateTime!) {
  node(id: $id) {
    ... on Case {
      id version closedAt stage { key } nextStages { key } office { code } department { id } handler { id }
      level { code } levelNow: levelAsOf(at: $now) { code }
      currentAssessment { id } activeWarning { id }
      deadlines { id status dueAt overdue }
      assessments(first: 100) {
        nodes {
          id status version hasRisk level { code } submittedBy { id } plan { id }
          nextReview { role } pendingIssue { roles }
          reviews { verdict by { id } step { key role } }
        }
      }
      warnings(first: 100) {
        nodes {
          id status version level { code } assessment { id } dueAt overdue acknowledgedAt archivedAt closure { outcome }
          deadlines { id kind dueOn status dueAt overdue } plan { id } plans { id adoptedAt }
          supervisions { id kind status version } dispositions { totalCount } nextActs { act roles }
        }
      }
      notices(first: 5) { nodes { id readAt } }
    }
  }
}
"""

_EVENTS = """
query ($case: ID!, $after: EventCursor) {
  events(where: { case: $case }, after: $after) {
    endCursor hasMore
    events {
      cursor
      ... on CaseChange { ofCase: kind }
      ... on AssessmentChange { ofAssessment: kind assessment { id } }
      ... on WarningChange { ofWarning: kind warning { id } level { code } status }
    }
  }
}
"""

_CLOSED = {"RESOLVED", "FILED", "ARCHIVED"}


@dataclass(slots=True, kw_only=True)
class CaseSnapshot:
    """A case as it was seen last, with all that happened in it."""

    case: Answer
    history: list[Answer]
    cursor: str | None

    @property
    def assessments(self) -> list[Answer]:
        """Return its assessments, the newest first."""
        nodes: list[Answer] = self.case["assessments"]["nodes"]
        return nodes

    @property
    def warnings(self) -> list[Answer]:
        """Return its warnings, the newest first."""
        nodes: list[Answer] = self.case["warnings"]["nodes"]
        return nodes

    @property
    def active(self) -> Answer | None:
        """Return the warning that is running."""
        return next((item for item in self.warnings if item["status"] in ACTIVE_WARNING_STATUSES), None)

    def changes(self, warning: str | None = None) -> list[Answer]:
        """Return the changes of a warning, or of all."""
        of_warnings = [event for event in self.history if "ofWarning" in event]
        return [event for event in of_warnings if warning in (None, event["warning"]["id"])]

    @property
    def versions(self) -> dict[str, int]:
        """Return the version of each object that has one."""
        supervisions = [item for warning in self.warnings for item in warning["supervisions"]]
        return {item["id"]: item["version"] for item in [self.case, *self.assessments, *self.warnings, *supervisions]}


async def read_case(client: Client, case: str, before: CaseSnapshot | None = None) -> CaseSnapshot:
    """Read a case, and the events since it was read last."""
    now = client.context.runner.clock().isoformat()
    found = (await client.ask(_CASE, id=case, now=now))["node"]
    history, cursor = (list(before.history), before.cursor) if before else ([], None)
    while True:
        page = (await client.ask(_EVENTS, case=case, after=cursor))["events"]
        history += page["events"]
        cursor = page["endCursor"]
        if not page["hasMore"]:
            return CaseSnapshot(case=found, history=history, cursor=cursor)


def check_case(seen: CaseSnapshot, now: datetime) -> None:
    """Check that a case is consistent.

    Raises:
        AssertionError: it is in an impossible state.
    """
    _check_links(seen)
    _check_conclusion(seen)
    _check_log(seen)
    for assessment in seen.assessments:
        _check_assessment(seen, assessment)
    for warning in seen.warnings:
        _check_warning(warning, now)
        _check_changes(seen, warning)


def check_growth(before: CaseSnapshot, after: CaseSnapshot) -> None:
    """Check that nothing went back: versions only grow, and what was logged stays as it was."""
    assert before.versions.keys() <= after.versions.keys()
    assert all(after.versions[id] >= version for id, version in before.versions.items())
    assert (after.case["version"] > before.case["version"]) == bool(_counted(after) > _counted(before))


def check_terms(before: CaseSnapshot, after: CaseSnapshot, mutation: str, *, role: Role, at: datetime) -> None:
    """Check the law of terms: what was missed stays so, and nobody whom a term binds makes it later (A-51).

    ``role`` is that of who has carried out the mutation, at the moment ``at``. A warning that is closed or lifted has
    no term any more. Only the receipt of a level that is reviewed brings a later day, and none for what has passed.
    """
    now = {item["id"]: item for item in after.warnings}
    for old in before.warnings:
        new = now[old["id"]]
        for was, deadline in _pairs(old["deadlines"], new["deadlines"]):
            assert deadline["dueOn"] == was["dueOn"]
            if was["status"] != "OPEN":
                assert deadline["status"] == was["status"]
            if was["overdue"]:
                assert deadline["status"] in ("OPEN", "MISSED")
        received = mutation == "acknowledgeWarning" and not _raise_in_review(before)
        due, due_now = _resolution_due(old), _resolution_due(new)
        if due and role in _BOUND and new["status"] in ACTIVE_WARNING_STATUSES and not (received and due > at):
            assert due_now
            assert due_now <= due


def _resolution_due(warning: Answer) -> datetime | None:
    """Return when the earliest duty to resolve a warning that is still open is due."""
    open_ = [item for item in warning["deadlines"] if (item["kind"], item["status"]) == ("RESOLUTION", "OPEN")]
    return min((datetime.fromisoformat(item["dueAt"]) for item in open_), default=None)


_BOUND = frozenset({Role.CASE_HANDLER, Role.DEPARTMENT_HEAD})
"""The undertaking department: whom the terms of a warning bind."""


def _pairs(before: list[Answer], after: list[Answer]) -> list[tuple[Answer, Answer]]:
    """Return each item with what has become of it."""
    now = {item["id"]: item for item in after}
    return [(item, now[item["id"]]) for item in before]


def _raise_in_review(seen: CaseSnapshot) -> bool:
    """Tell whether the warning that runs has a level that is not reviewed yet."""
    return any(item["status"] == "IN_REVIEW" for item in seen.assessments)


# ------------------------------------------------------------------------------------------------ the case


def _check_links(seen: CaseSnapshot) -> None:
    """Check that at most one warning runs and one assessment is in review, and that the case names them."""
    case, active = seen.case, [item["id"] for item in seen.warnings if item["status"] in ACTIVE_WARNING_STATUSES]
    in_review = [item["id"] for item in seen.assessments if item["status"] == "IN_REVIEW"]
    kept = [item["id"] for item in seen.assessments if item["status"] not in ("RETURNED", "WITHDRAWN")]
    confirmed = [item for item in seen.assessments if item["status"] == "CONFIRMED"]
    assert len(active) <= 1
    assert len(in_review) <= 1
    assert len(confirmed) <= 1
    assert _id(case["activeWarning"]) == next(iter(active), None)
    assert _id(case["currentAssessment"]) == next(iter(kept), None)
    assert case["levelNow"] == case["level"]
    assert not active or not any(item["pendingIssue"] for item in confirmed)
    assert not case["closedAt"] or case["nextStages"] == []
    assert {item["id"] for item in case["deadlines"]} == {
        item["id"] for warning in seen.warnings for item in warning["deadlines"]
    }


def _check_conclusion(seen: CaseSnapshot) -> None:
    """Check that nothing is warned of by an assessment that was decided after its case was concluded."""
    kinds = [event.get("ofCase") for event in seen.history]
    later = seen.history[kinds.index("CONCLUDED") :] if "CONCLUDED" in kinds else []
    decided = {event["assessment"]["id"] for event in later if event.get("ofAssessment") == "CONFIRMED"}
    issued = {event["warning"]["id"] for event in later if event.get("ofWarning") == "ISSUED"}
    assert not any(item["pendingIssue"] for item in seen.assessments if item["id"] in decided)
    assert not any(_id(item["assessment"]) in decided for item in seen.warnings if item["id"] in issued)


def _check_log(seen: CaseSnapshot) -> None:
    """Check that the version of a case counts its events, notices aside."""
    positions = [int(event["cursor"].removeprefix("log_")) for event in seen.history]
    kinds = Counter(event.get("ofCase") for event in seen.history)
    assert positions == sorted(set(positions))
    assert kinds["OPENED"] == 1
    assert seen.case["version"] == _counted(seen)


def _counted(seen: CaseSnapshot) -> int:
    return sum(event.get("ofCase") not in ("NOTICES_SENT", "NOTICE_READ") for event in seen.history)


# ------------------------------------------------------------------------------------------------ assessments


def _check_assessment(seen: CaseSnapshot, assessment: Answer) -> None:
    """Check that each step was reviewed once, in turn, never by the submitter, and that the log has each review."""
    reviews, status = assessment["reviews"], assessment["status"]
    steps, verdicts = [item["step"]["key"] for item in reviews], [item["verdict"] for item in reviews]
    logged = Counter(
        event["ofAssessment"] for event in seen.history if _id(event.get("assessment")) == assessment["id"]
    )
    assert len(steps) == len(set(steps))
    assert assessment["submittedBy"]["id"] not in {item["by"]["id"] for item in reviews}
    assert verdicts[:-1].count("RETURNED") == 0
    assert (status == "RETURNED") == ("RETURNED" in verdicts)
    assert (status == "IN_REVIEW") == (assessment["nextReview"] is not None)
    assert logged == +Counter(
        SUBMITTED=1,
        REVIEWED=verdicts.count("APPROVED"),
        RETURNED=verdicts.count("RETURNED"),
        CONFIRMED=int(status in ("CONFIRMED", "SUPERSEDED")),
        WITHDRAWN=int(status == "WITHDRAWN"),
    )


# ------------------------------------------------------------------------------------------------ warnings


def _check_warning(warning: Answer, now: datetime) -> None:
    """Check that its deadlines, its plan and its closure agree with its status."""
    status, open_ = warning["status"], [item for item in warning["deadlines"] if item["status"] == "OPEN"]
    due = min((item["dueAt"] for item in open_), default=None)
    acts = {item["act"] for item in warning["nextActs"]}
    assert not open_ or status in ACTIVE_WARNING_STATUSES
    assert warning["dueAt"] == due
    assert warning["overdue"] == _passed(due, now)
    for item in warning["deadlines"]:
        assert item["overdue"] == (item["status"] == "OPEN" and _passed(item["dueAt"], now))
    assert (warning["closure"] is not None) == (status in _CLOSED)
    assert (warning["archivedAt"] is not None) == (status == "ARCHIVED")
    assert ("LIFT" in acts) == (status in ACTIVE_WARNING_STATUSES)
    assert ("FILE" in acts) == (status == "RESOLVED")
    assert ("ARCHIVE" in acts) == (status == "FILED")
    adopted = {item["id"]: item["adoptedAt"] for item in warning["plans"] if item["adoptedAt"]}
    assert adopted.get(_id(warning["plan"])) == max(adopted.values(), default=None)


def _check_changes(seen: CaseSnapshot, warning: Answer) -> None:
    """Check that each change is in the log once, and that the last one has its present state."""
    changes = seen.changes(warning["id"])
    kinds = Counter(event["ofWarning"] for event in changes)
    drafted = {_id(item["plan"]) for item in seen.assessments}
    adopted = [item for item in warning["plans"] if item["adoptedAt"] and item["id"] not in drafted]
    supervisions = warning["supervisions"]
    assert changes[0]["ofWarning"] == "ISSUED"
    assert kinds["ISSUED"] == 1
    assert (changes[-1]["status"], changes[-1]["level"]) == (warning["status"], warning["level"])
    assert kinds["DISPOSITION_RECORDED"] == warning["dispositions"]["totalCount"]
    assert kinds["PLAN_ADOPTED"] == len(adopted)
    assert kinds["SUPERVISED"] + kinds["SUPERVISION_REPLIED"] + kinds["SUPERVISION_WITHDRAWN"] == sum(
        item["version"] for item in supervisions
    )
    assert kinds["SUPERVISION_REPLIED"] == sum(item["status"] == "REPLIED" for item in supervisions)
    assert kinds["OVERDUE"] <= len(warning["deadlines"])
    assert kinds["RESOLVED"] == int(warning["status"] in _CLOSED)
    assert kinds["FILED"] == int(warning["status"] in ("FILED", "ARCHIVED"))
    assert kinds["ARCHIVED"] == int(warning["status"] == "ARCHIVED")
    assert kinds["LIFTED"] == int(warning["status"] == "LIFTED")


def _passed(due: str | None, now: datetime) -> bool:
    return due is not None and datetime.fromisoformat(due) <= now


def _id(item: Any) -> str | None:
    return item["id"] if item else None
