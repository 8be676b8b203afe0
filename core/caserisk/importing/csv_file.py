"""Parsing of a CSV file of cases: its header, and its rows with their lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caserisk.csv_rows import parse_rows
from caserisk.domain.refusals import invalid
from caserisk.importing.csv_columns import ImportColumn, parse_header


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRow:
    """A row; ``line`` is the line of the file on which it begins, from 1, ``width`` the number of its cells."""

    line: int
    width: int
    cells: Mapping[ImportColumn, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """A file of cases; ``names`` are those that its header gives to its columns."""

    names: Mapping[ImportColumn, str]
    rows: tuple[CsvRow, ...]


def parse_csv(data: bytes) -> CsvFile:
    """Parse a CSV file in UTF-8 or GB18030.

    Raises:
        Refused: INVALID, where it is no such file, or its header is wrong.
    """
    records = parse_rows(data)
    _, header = next(records, (1, []))
    if not header:
        raise invalid("文件是空的:第一行应为表头", "the file is empty; its first line should be a header")
    columns = parse_header(header)
    rows = tuple(
        CsvRow(line=line, width=len(cells), cells=dict(zip(columns, cells, strict=False))) for line, cells in records
    )
    return CsvFile(names=dict(zip(columns, header, strict=True)), rows=rows)
