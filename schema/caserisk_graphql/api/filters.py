"""Declare what lists can be narrowed by. All given conditions hold; an empty list is no condition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Column, ColumnElement, and_, not_, or_, select

from caserisk.store import tables as t
from caserisk_graphql.api.enums import Severity, WarningChangeKind, WarningStatus
from caserisk_graphql.api.warnings import overdue
from caserisk_graphql.errors import RequestError, bad_input
from caserisk_graphql.reads.argument_checks import MAX_KEY_LENGTH, checked_id, checked_text
from caserisk_graphql.reads.read_context import ReadContext

Conditions = Iterator[ColumnElement[bool]]

_LAST_CHARACTER = "\U0010ffff"


def _given(description: str, default: Any = None) -> Any:
    return strawberry.field(description=description, default=default)


def _office() -> Any:
    return _given("An office's code (检察院代码); of an unknown one there is nothing.")


def _subordinate() -> Any:
    return _given("Whether the offices below it are meant too (含下级院).", default=True)


def _severity(what: str) -> Any:
    return _given(f"Any of these severities of {what} (严重程度); an empty list is no condition.")


def _level(what: str) -> Any:
    return _given(
        f"Any of these levels of {what} (风险等级): `scheme:code`, or a code alone together with `office`. "
        "An empty list is no condition."
    )


# ------------------------------------------------------------------------------------------------ the input types


@strawberry.input(description="Narrows a list of cases (案件筛选). All given conditions hold.")
class CaseFilter:
    """Conditions on cases."""

    office: str | None = _office()
    include_subordinate: bool = _subordinate()
    open: bool | None = _given("Whether the case is open (是否在办).")
    stage: list[str] | None = _given("Any of these stages, by key (办案环节); an empty list is no condition.")
    handler: strawberry.ID | None = _given("The officer that handles the case (承办人).")
    severity: list[Severity] | None = _severity("the level in force")
    level: list[str] | None = _level("the case")
    number: str | None = _given("How the case number begins (案号前缀).")
    text: str | None = _given(
        "Text in number, title or cause (案号、案件名称、案由), whatever the case of letters; never in parties."
    )
    opened_from: datetime | None = _given("Taken on at this moment or later (受理时间起).")
    opened_to: datetime | None = _given("Taken on at this moment or earlier (受理时间止).")

    def conditions(self, _: ReadContext) -> Conditions:
        """Yield the conditions that were given."""
        cases = t.cases.c
        yield from in_office(cases.office_id, self.office, below=self.include_subordinate)
        if self.open is not None:
            yield cases.closed_at.is_(None) if self.open else cases.closed_at.is_not(None)
        if self.stage:
            yield cases.stage_key.in_([checked_text(key, "stage", max_length=MAX_KEY_LENGTH) for key in self.stage])
        if self.handler is not None:
            yield cases.handler_id == checked_id(self.handler, "handler")
        yield from of_severity(cases.severity, self.severity)
        yield from of_level(cases.level_id, self.level, self.office)
        if self.number is not None:
            number = checked_text(self.number, "number")
            # A range of the number's own order uses its index, which LIKE does not under every collation.
            yield and_(cases.number >= number, cases.number < number + _LAST_CHARACTER)
        if self.text is not None:
            text = checked_text(self.text, "text")
            yield or_(*(column.icontains(text, autoescape=True) for column in (cases.number, cases.title, cases.cause)))
        yield from within(cases.opened_at, self.opened_from, self.opened_to)


@strawberry.input(description="Narrows a list of warnings (预警筛选). All given conditions hold.")
class WarningFilter:
    """Conditions on warnings."""

    office: str | None = _office()
    include_subordinate: bool = _subordinate()
    status: list[WarningStatus] | None = _given("Any of these statuses (预警状态); an empty list is no condition.")
    severity: list[Severity] | None = _severity("the warning")
    level: list[str] | None = _level("the warning")
    overdue: bool | None = _given("Whether a deadline has passed (是否逾期).")
    due_before: datetime | None = _given("With an open deadline before this moment (到期早于).")
    issued_from: datetime | None = _given("Issued at this moment or later (发布时间起).")
    issued_to: datetime | None = _given("Issued at this moment or earlier (发布时间止).")
    case: strawberry.ID | None = _given("The case (案件).")

    def conditions(self, reading: ReadContext) -> Conditions:
        """Yield the conditions that were given."""
        warnings = t.warnings.c
        yield from in_office(warnings.office_id, self.office, below=self.include_subordinate)
        if self.status:
            yield warnings.status.in_([str(status) for status in self.status])
        yield from of_severity(warnings.severity, self.severity)
        yield from of_level(warnings.level_id, self.level, self.office)
        if self.overdue is not None:
            yield overdue(reading) if self.overdue else not_(overdue(reading))
        if self.due_before is not None:
            yield warnings.due_at < self.due_before
        yield from within(warnings.issued_at, self.issued_from, self.issued_to)
        if self.case is not None:
            yield warnings.case_id == checked_id(self.case, "case")


@strawberry.input(
    description="Narrows the changes of warnings (预警变化筛选), by what they were right after the change. "
    "All given conditions hold."
)
class WarningChangeFilter:
    """Conditions on changes of warnings."""

    office: str | None = _office()
    include_subordinate: bool = _subordinate()
    case: strawberry.ID | None = _given("The case (案件).")
    kind: list[WarningChangeKind] | None = _given("Any of these changes (变化种类); an empty list is no condition.")
    severity: list[Severity] | None = _severity("the warning right after the change")
    level: list[str] | None = _level("the warning right after the change")

    def conditions(self, _: ReadContext) -> Conditions:
        """Yield the conditions that were given; that it is a change of a warning is not among them."""
        events = t.events.c
        yield from in_office(events.office_id, self.office, below=self.include_subordinate)
        if self.case is not None:
            yield events.case_id == checked_id(self.case, "case")
        if self.kind:
            yield events.kind.in_([str(kind) for kind in self.kind])
        yield from of_severity(events.severity, self.severity)
        yield from of_level(events.level_id, self.level, self.office)


@strawberry.input(description="Narrows the event log (事件筛选). All given conditions hold.")
class EventFilter:
    """Conditions on entries of the log."""

    office: str | None = _office()
    include_subordinate: bool = _subordinate()
    case: strawberry.ID | None = _given("The case (案件).")

    def conditions(self, _: ReadContext) -> Conditions:
        """Yield the conditions that were given."""
        yield from in_office(t.events.c.office_id, self.office, below=self.include_subordinate)
        if self.case is not None:
            yield t.events.c.case_id == checked_id(self.case, "case")


# ------------------------------------------------------------------------------------------------ conditions


def in_office(office_id: Column[Any], code: str | None, *, below: bool) -> Conditions:
    """Yield the condition that a row is of the office of a code; ``below``: or of one below it."""
    if code is None:
        return
    code = checked_text(code, "office", max_length=MAX_KEY_LENGTH)
    if not below:
        yield office_id.in_(select(t.offices.c.id).where(t.offices.c.code == code))
        return
    # A path lists the codes from the highest office down, so what is below begins with it.
    top = t.offices.alias()
    subtree = select(t.offices.c.id).join(top, t.offices.c.path.startswith(top.c.path)).where(top.c.code == code)
    yield office_id.in_(subtree)


def of_severity(severity: Column[Any], wanted: list[Severity] | None) -> Conditions:
    """Yield the condition that a row has one of these severities."""
    if wanted:
        yield severity.in_([item.order for item in wanted])


def of_level(level_id: Column[Any], wanted: list[str] | None, office: str | None) -> Conditions:
    """Yield the condition that a row has one of these levels."""
    if wanted:
        named = [_level_named(checked_text(item, "level", max_length=2 * MAX_KEY_LENGTH), office) for item in wanted]
        yield level_id.in_(select(t.levels.c.id).where(or_(*named)))


def _level_named(level: str, office: str | None) -> ColumnElement[bool]:
    scheme, colon, code = level.rpartition(":")
    if colon and scheme and code:
        return and_(t.levels.c.scheme_key == scheme, t.levels.c.code == code)
    # Two regions may use the same code for different levels.
    if colon or office is None:
        raise _bad_level(level)
    return t.levels.c.code == code


def _bad_level(level: str) -> RequestError:
    return bad_input(
        f"等级「{level}」应写成「划分:代码」,或只写代码并同时给出 office",
        f"write the level {level!r} as scheme:code, or as a code alone together with `office`",
    )


def within(column: Column[Any], start: datetime | None, end: datetime | None) -> Conditions:
    """Yield the conditions that a moment lies between two, both included."""
    if start is not None:
        yield column >= start
    if end is not None:
        yield column <= end
