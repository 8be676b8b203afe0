"""What may be done to a warning in each state, and by whom: both tables, written out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from caserisk.domain.rules import Responsibility
from caserisk.domain.vocabulary import Receipt, Role, WarningAct, WarningStatus
from tests.support.case_states import NOW, warning

HEAD, HANDLER = Role.DEPARTMENT_HEAD, Role.CASE_HANDLER

RESPONSIBLE = Responsibility(
    reasons=(),
    handles=(Role.LIAISON_OFFICER,),
    resolves=(Role.LEADER_IN_CHARGE,),
    supervises=(Role.INSPECTOR,),
    leads=(Role.CHIEF_PROCURATOR,),
)
"""A responsibility that names a role of its own for each part."""

UNDERTAKING = {HEAD, HANDLER, Role.LIAISON_OFFICER, Role.LEADER_IN_CHARGE}
"""The undertaking department, and who handles or resolves; who leads takes part in the measures, who supervises not."""

ROLES = {
    WarningAct.ACKNOWLEDGE: UNDERTAKING,
    WarningAct.RECORD_DELIVERY: {Role.LEADING_GROUP_OFFICE, Role.COMPLAINTS_OFFICER},
    WarningAct.ADOPT_PLAN: UNDERTAKING,
    WarningAct.RECORD_DISPOSITION: {HANDLER, HEAD, Role.CHIEF_PROCURATOR},
    WarningAct.RESOLVE: UNDERTAKING,
    WarningAct.FILE: UNDERTAKING,
    WarningAct.ARCHIVE: {Role.COMPLAINTS_OFFICER},
    WarningAct.LIFT: {Role.EXPERT_COMMITTEE},
    WarningAct.SUPERVISE: {Role.COMPLAINTS_OFFICER, Role.CHIEF_PROCURATOR, Role.DEPUTY_CHIEF_PROCURATOR},
}

ALWAYS = {"LIFT", "SUPERVISE"}
"""What may be done while a warning runs."""

STATES = {
    "issued, to be received": ({"status": WarningStatus.ISSUED}, {"ACKNOWLEDGE", "RECORD_DELIVERY", *ALWAYS}),
    "issued, received or not": (
        {"status": WarningStatus.ISSUED, "receipt": Receipt.OPTIONAL},
        {"ACKNOWLEDGE", "RECORD_DELIVERY", "ADOPT_PLAN", "RECORD_DISPOSITION", "RESOLVE", *ALWAYS},
    ),
    "received": (
        {"status": WarningStatus.ACKNOWLEDGED, "acknowledged_at": NOW},
        {"ADOPT_PLAN", "RECORD_DISPOSITION", "RESOLVE", *ALWAYS},
    ),
    "received, without its scheme": (
        {"status": WarningStatus.ACKNOWLEDGED, "acknowledged_at": NOW, "scheme_required": True},
        {"ADOPT_PLAN", *ALWAYS},
    ),
    "in disposition, with its scheme": (
        {
            "status": WarningStatus.IN_DISPOSITION,
            "acknowledged_at": NOW,
            "scheme_required": True,
            "scheme_adopted": True,
        },
        {"ADOPT_PLAN", "RECORD_DISPOSITION", "RESOLVE", *ALWAYS},
    ),
    "resolved": ({"status": WarningStatus.RESOLVED, "acknowledged_at": NOW}, {"FILE"}),
    "filed": ({"status": WarningStatus.FILED, "acknowledged_at": NOW}, {"ARCHIVE"}),
    "archived": ({"status": WarningStatus.ARCHIVED, "acknowledged_at": NOW}, set[str]()),
    "lifted": ({"status": WarningStatus.LIFTED}, set[str]()),
}


def test_every_act_has_its_roles() -> None:
    assert list(ROLES) == list(WarningAct)


@pytest.mark.parametrize("act", WarningAct, ids=str)
def test_each_act_is_for_its_roles(act: WarningAct) -> None:
    issued = replace(
        warning("warning_1"),
        responsibility=RESPONSIBLE,
        lifted_by=(Role.EXPERT_COMMITTEE,),
        delivered_by=(Role.LEADING_GROUP_OFFICE,),
    )

    roles = issued.roles_for(act)

    assert set(roles) == ROLES[act]
    assert len(set(roles)) == len(roles)


@pytest.mark.parametrize(("state", "acts"), STATES.values(), ids=STATES.keys())
def test_each_state_allows_its_acts(state: dict[str, object], acts: set[str]) -> None:
    there = replace(warning("warning_1"), **state)  # type: ignore[arg-type]  # fields of the class, by name

    assert {str(item.act) for item in there.next_acts} == acts
    assert {str(act) for act in WarningAct if there.allows(act)} == acts
