"""Rows for tests of reads: straight into the tables, each with good defaults; no command is involved."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Table, insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.organisation import Office, Officer
from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from caserisk.store.database.engine import WRITE_TRANSACTION

NOW = datetime(2011, 11, 20, 4, tzinfo=UTC)
"""When the tests read: noon in every office."""

EARLIER = datetime(2011, 11, 10, 1, tzinfo=UTC)


def both(zh: str, en: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {"zh": zh, "en": en}


REASON = {
    "rule": "ZHU-14",
    "text": both("按级别限期结案", "concluded in the period of its level"),
    "citation": {
        "document": "株洲市人民检察院",
        "article": None,
        "quote": "分别在半个月、一个月、三个月、半年之内结案",
    },
    "assumed": False,
    "plugin": "caserisk-zhuzhou",
    "plugin_version": "1.0",
}
STAGE = {"key": "prosecution", "label": both("审查起诉", "Prosecution review")}
STEP = {
    "key": "head",
    "label": both("部门负责人审查", "The head's review"),
    "role": "DEPARTMENT_HEAD",
    "reasons": [REASON],
    "decides_level": True,
    "term": None,
    "committee": {
        "convener": {"role": "DEPUTY_CHIEF_PROCURATOR", "function": "COMPLAINTS"},
        "members": [{"role": "DEPARTMENT_HEAD", "function": "BUSINESS"}],
    },
}
RESPONSIBILITY = {
    "reasons": [REASON],
    "handles": ["CASE_HANDLER"],
    "resolves": ["DEPARTMENT_HEAD"],
    "supervises": ["COMPLAINTS_OFFICER"],
    "leads": ["LEADER_IN_CHARGE"],
    "duties": [{"key": "visit", "label": both("回访", "Return visit"), "roles": ["CASE_HANDLER"]}],
}

DEFAULTS: dict[Table, dict[str, Any]] = {
    t.offices: {},
    t.departments: {"name": "公诉处", "function": "BUSINESS"},
    t.officers: {"active": True},
    t.level_schemes: {"name": both("四级", "Four levels"), "version": "2011", "reasons": [REASON]},
    t.levels: {"severity": "LOW", "colour": {"name": both("蓝色", "Blue"), "hex": "#0000ff"}},
    t.cases: {
        "title": "故意伤害案",
        "cause": "故意伤害",
        "parties": [{"label": "甲某", "role": "被害人"}],
        "stage": STAGE,
        "stage_key": STAGE["key"],
        "next_stages": [{"key": "trial", "label": both("出庭公诉", "Trial")}],
        "opened_at": EARLIER,
        "gates": [{"act": "NEXT_STAGE", "open": False, "reasons": [REASON], "until": EARLIER.isoformat()}],
        "petition_recorded": False,
        "version": 1,
        "revision": 1,
    },
    t.case_levels: {},
    t.assessments: {
        "stage": STAGE,
        "status": "CONFIRMED",
        "has_risk": True,
        "answers": [
            {
                "factor": {
                    "key": "petition",
                    "label": both("是否可能上访", "May petition"),
                    "kind": "YES_NO",
                    "group": None,
                    "required": True,
                    "options": [],
                },
                "value": "true",
            }
        ],
        "reasons": [REASON],
        "submitted_at": EARLIER,
        "steps": [STEP],
        "reviewed": 1,
        "next_reviewers": [],
        "raised": False,
        "version": 1,
    },
    t.reviews: {"step": STEP, "verdict": "APPROVED", "at": EARLIER, "participants": []},
    t.warnings: {
        "status": "ISSUED",
        "issued_at": EARLIER,
        "receipt": "REQUIRED",
        "lifted_by": [],
        "scheme_required": True,
        "level_since": EARLIER,
        "delivered_by": [],
        "receipt_assumed": False,
        "responsibility": RESPONSIBILITY,
        "scheme_adopted": False,
        "next_acts": [{"act": "ACKNOWLEDGE", "roles": ["DEPARTMENT_HEAD"]}],
        "version": 1,
    },
    t.plans: {
        "kind": "SCHEME",
        "version": 1,
        "sections": [{"key": "persons", "label": both("责任人", "Persons"), "text": "承办人"}],
        "assigned": [],
        "proposed_at": EARLIER,
    },
    t.dispositions: {
        "measure": {"key": "mediation", "label": both("调解", "Mediation")},
        "description": "组织双方调解",
        "performed_at": EARLIER,
    },
    t.supervisions: {
        "kind": "TRACKING_FORM",
        "status": "REQUIRED",
        "reason": both("超期未结", "Overdue"),
        "reasons": [REASON],
        "members": [],
        "version": 1,
    },
    t.deadlines: {
        "kind": "RESOLUTION",
        "rule": "ZHU-14",
        "label": both("结案期限", "Conclusion"),
        "starts_on": date(2011, 11, 10),
        "term": "P15D",
        "rolls": True,
        "due_on": date(2011, 11, 25),
        "due_at": datetime(2011, 11, 25, 16, tzinfo=UTC),
        "calendar_complete": True,
        "met_by": ["SETTLED"],
        "reasons": [REASON],
        "status": "OPEN",
    },
    t.notices: {"subject": both("预警已发布", "A warning was issued"), "sent_at": EARLIER, "reasons": [REASON]},
    t.notice_reads: {"at": EARLIER},
    t.events: {
        "at": EARLIER,
        "noun": "case",
        "kind": "OPENED",
        "summary": both("受理案件", "Case opened"),
        "type": "CaseOpened",
        "schema_version": 1,
        "payload": {},
    },
}


class Rows:
    """Rows that are going to be in the tables."""

    def __init__(self, mark: str = "") -> None:
        """Mark the ids of these rows with ``mark``, apart from those of others in the same tables."""
        self._mark = mark
        self._rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._heads: list[dict[str, Any]] = []

    def add(self, table: Table, **given: Any) -> str:
        """Add a row, and return its id, which is made up where none is given."""
        noun = {t.level_schemes: "scheme"}.get(table, table.name.rstrip("s"))
        row = dict.fromkeys(column.name for column in table.columns) | DEFAULTS[table]
        row["id"] = f"{noun}_{self._mark}{len(self._rows[table]) + 1:04}"
        row |= given
        if table is t.assessments:
            row["ordinal"] = 1 + sum(other["case_id"] == row["case_id"] for other in self._rows[table])
        self._rows[table].append(row)
        return str(row["id"])

    def office(self, code: str, *, below: str | None = None) -> str:
        """Add an office, below that of another code."""
        path = next((row["path"] for row in self._rows[t.offices] if row["code"] == below), "/")
        parent = f"office_{below}" if below else None
        given = {"id": f"office_{code}", "name": f"{code}人民检察院", "parent_id": parent, "path": f"{path}{code}/"}
        return self.add(t.offices, code=code, **given)

    def department(self, id: str, office: str, **given: Any) -> str:
        """Add a department; its officers are put in when they are there."""
        heads = {name: given.pop(name) for name in tuple(given) if name.endswith("_id")}
        self._heads.append({"id": id, **heads})
        return self.add(t.departments, id=id, office_id=office, **given)

    def officer(self, id: str, office: str, *roles: Role, **given: Any) -> str:
        """Add an officer."""
        return self.add(t.officers, id=id, office_id=office, name=id, roles=[str(role) for role in roles], **given)

    def case(self, office: str, **given: Any) -> str:
        """Add a case, under a number of its own."""
        number = given.pop("number", f"检公诉〔2011〕{self._mark}{len(self._rows[t.cases]) + 1}号")
        return self.add(t.cases, office_id=office, number=number, **given)

    def event(self, office: str, **given: Any) -> int:
        """Add an entry to the end of the log, and return its position."""
        position = len(self._rows[t.events]) + 1
        self.add(t.events, office_id=office, position=position, **given)
        return position

    def viewer(self, officer: str, *, led: tuple[str, ...] = ()) -> Viewer:
        """Return an officer as a viewer."""
        row = next(row for row in self._rows[t.officers] if row["id"] == officer)
        office = next(item for item in self._rows[t.offices] if item["id"] == row["office_id"])
        roles = tuple(Role[role] for role in row["roles"])
        return Viewer(
            officer=Officer(**{**row, "roles": roles}), office=Office(**office), led_department_ids=frozenset(led)
        )

    async def insert(self, engine: AsyncEngine) -> None:
        """Insert all rows into their tables."""
        async with engine.connect() as plain:
            connection = await plain.execution_options(**WRITE_TRANSACTION)
            for table in DEFAULTS:
                if self._rows[table]:
                    await connection.execute(insert(table), self._rows[table])
            for heads in self._heads:
                if len(heads) > 1:
                    await connection.execute(
                        update(t.departments).where(t.departments.c.id == heads["id"]).values(heads)
                    )
            await connection.commit()
