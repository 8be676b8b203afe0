"""From bytes to rows: which encoding, which columns, which line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from caserisk.domain.refusals import invalid
from caserisk.importing.columns import Column, read_header

_BOM = b"\xef\xbb\xbf"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel begin, new ones and old ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row; ``line`` is the line of the file on which it begins, from 1, ``width`` the number of its cells."""

    line: int
    width: int
    cells: Mapping[Column, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file of cases; ``names`` are those that its header gives to its columns."""

    names: Mapping[Column, str]
    rows: tuple[Row, ...]


def read_sheet(data: bytes) -> Sheet:
    """Read a CSV file, in UTF-8 or GB18030; cells lose the space around them, empty rows are left out.

    Raises:
        Refused: INVALID, where it is no such file, or its header is wrong.
    """
    records = _records(_decoded(data))
    _, header = next(records, (1, []))
    if not header:
        raise invalid("文件是空的:第一行应为表头", "the file is empty; its first line should be a header")
    columns = read_header(header)
    rows = tuple(
        Row(line=line, width=len(cells), cells=dict(zip(columns, cells, strict=False))) for line, cells in records
    )
    return Sheet(names=dict(zip(columns, header, strict=True)), rows=rows)


def _decoded(data: bytes) -> str:
    if data.startswith(_WORKBOOKS):
        raise invalid(
            "这是Excel工作簿,不是CSV文件;请另存为「CSV UTF-8」", "this is an Excel workbook; save it as CSV (UTF-8)"
        )
    if b"\0" in data:
        at = data.index(b"\0")
        raise invalid(
            f"字节偏移{at}处为空字节,不是UTF-8或GB18030的CSV文件",
            f"there is a NUL at byte offset {at}: this is no CSV file in UTF-8 or GB18030",
        )
    encoding = _encoding(data)
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line, at, byte = data.count(b"\n", 0, error.start) + 1, error.start, data[error.start]
        raise invalid(
            f"第{line}行字节偏移{at}处的0x{byte:02x}不是{encoding.upper()}编码的文字",
            f"line {line}, byte offset {at}: 0x{byte:02x} is no text in {encoding.upper()}",
        ) from error


def _encoding(data: bytes) -> str:
    """What the first line says that is not plain ASCII; the rest of the file has to be in the same encoding.

    To try one encoding on the whole file and then the other would read a UTF-8 file with one damaged byte as GB18030,
    in which nearly every pair of bytes is some character.
    """
    telling = next((line for line in data.splitlines() if not line.isascii()), b"")
    if telling.startswith(_BOM):
        return "utf-8"
    try:
        telling.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise invalid(
            f"第{line}行起不是合格的CSV:引号不成对,或单元格过长",
            f"from line {line} on this is no proper CSV: {error}",
        ) from error
