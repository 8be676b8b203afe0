"""State is the fold of events: a pure function turns a case file and an entry of the log into the next file.

Each kind of record has its own, as `CaseFile` declares. A record that an entry does not concern is returned as it is,
the same object: the store writes what is another one.
"""

from __future__ import annotations

from dataclasses import replace

from caserisk.domain.casefile import PARTS, CaseFile
from caserisk.domain.cases import case_opened, fold_case
from caserisk.domain.events import Entry
from caserisk.domain.warnings import RiskWarning


def open_file(entry: Entry) -> CaseFile:
    """Return the file of the case that an entry opens.

    Raises:
        ValueError: the entry opens no case.
    """
    return CaseFile(case=case_opened(entry))


def fold(file: CaseFile, entry: Entry) -> CaseFile:
    """Return the file after an entry."""
    case = fold_case(file.case, entry)
    parts = {name: part.apply(getattr(file, name), entry, case) for name, part in PARTS.items()}
    return _with_links(CaseFile(case=case, **parts))


def _with_links(file: CaseFile) -> CaseFile:
    """Return the file with what follows from the rest of it: plans in force, earliest deadlines, what is current."""
    # Warnings first: the case takes the due date of its running warning.
    warnings = {id: _warning_with_links(file, warning) for id, warning in file.warnings.items()}
    file = replace(file, warnings=warnings)
    assessment, warning = file.current_assessment, file.active_warning
    case = replace(
        file.case,
        current_assessment_id=assessment.id if assessment else None,
        active_warning_id=warning.id if warning else None,
        due_at=warning.due_at if warning else None,
    )
    return replace(file, case=case)


def _warning_with_links(file: CaseFile, warning: RiskWarning) -> RiskWarning:
    due_at, plan = file.earliest_due_at(warning), file.plan_in_force(warning)
    plan_id = plan.id if plan else None
    if (due_at, plan_id) == (warning.due_at, warning.plan_id):
        return warning  # the same object, so that the store does not write it
    return replace(warning, due_at=due_at, plan_id=plan_id)
