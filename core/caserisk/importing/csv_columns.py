"""The columns of a CSV file of cases, and the names that a header may give them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from caserisk.domain.refusals import Problem, Refused
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import ErrorCode, LabelledEnum


class ImportColumn(LabelledEnum):
    """A column; its value is the name of the field of `OpenCase`, and a header may use either of its names."""

    NUMBER = "number", "案号", "number"
    TITLE = "title", "案件名称", "title"
    CAUSE = "cause", "案由", "cause"
    OFFICE = "office", "检察院", "office"
    DEPARTMENT = "department", "部门", "department"
    HANDLER = "handler", "承办人", "handler"
    STAGE = "stage", "办案环节", "stage"
    OPENED = "opened_at", "受理日期", "opened"
    PARTIES = "parties", "当事人", "parties"


REQUIRED_COLUMNS = (ImportColumn.NUMBER, ImportColumn.TITLE, ImportColumn.CAUSE, ImportColumn.OFFICE)
"""The columns that a file must have; the others may be left out, and so may their cells."""

_COLUMN_BY_NAME = {name: column for column in ImportColumn for name in (column.zh, column.en)}


def parse_header(cells: Sequence[str]) -> tuple[ImportColumn, ...]:
    """Return the columns that a header names, in its order.

    Raises:
        Refused: INVALID, once for each name that is unknown, each column that is missing or named twice.
    """
    found = [_COLUMN_BY_NAME.get(cell.casefold()) for cell in cells]
    problems = [_unknown(place, cell) for place, cell in enumerate(cells, start=1) if found[place - 1] is None]
    counted = Counter(column for column in found if column)
    problems += [
        _invalid(f"表头中「{column.zh}」重复出现", f"the header names {column.en!r} twice")
        for column, count in counted.items()
        if count > 1
    ]
    problems += [
        _invalid(f"表头缺少「{column.zh}」一列", f"the header lacks the column {column.zh} ({column.en})")
        for column in REQUIRED_COLUMNS
        if column not in counted
    ]
    if problems:
        raise Refused(*problems)
    return tuple(column for column in found if column)


def _unknown(place: int, cell: str) -> Problem:
    zh, en = "、".join(column.zh for column in ImportColumn), ", ".join(column.en for column in ImportColumn)
    return _invalid(
        f"表头第{place}列「{cell[:64]}」无法识别;可用:{zh}",
        f"column {place} of the header, {cell[:64]!r}, is unknown; there are {en}, or in Chinese {zh}",
    )


def _invalid(zh: str, en: str) -> Problem:
    return Problem(code=ErrorCode.INVALID, message=Text(zh, en))
