"""Parse CSV as offices have it: in UTF-8 or GB18030, from a spreadsheet or a system's export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from caserisk.domain.refusals import invalid

DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")
"""How a cell may hold a date; a spreadsheet rewrites the first form as the second."""

_UTF8_BOM = b"\xef\xbb\xbf"
_EXCEL_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The first bytes of Excel files: of .xlsx and of .xls."""


def parse_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with the line on which it begins; cells lose the space around them.

    Raises:
        Refused: INVALID, where it is no CSV file in UTF-8 or GB18030.
    """
    # newline="" keeps line breaks inside quoted cells; strict turns an unclosed quote into an error, not a huge cell.
    reader = csv.reader(io.StringIO(_decode(data), newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1  # a row with quoted line breaks spans several
    except csv.Error as error:
        raise invalid(
            f"第{line}行起不是合格的CSV:引号不成对,或单元格过长",
            f"from line {line} on this is no proper CSV: {error}",
        ) from error


def _decode(data: bytes) -> str:
    if data.startswith(_EXCEL_SIGNATURES):
        raise invalid(
            "这是Excel工作簿,不是CSV文件;请另存为「CSV UTF-8」", "this is an Excel workbook; save it as CSV (UTF-8)"
        )
    # UTF-16, for example: decoded as GB18030 it would be garbage without an error.
    if b"\0" in data:
        at = data.index(b"\0")
        raise invalid(
            f"字节偏移{at}处为空字节,不是UTF-8或GB18030的CSV文件",
            f"there is a NUL at byte offset {at}: this is no CSV file in UTF-8 or GB18030",
        )
    encoding = _detect_encoding(data)
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line, at, byte = data.count(b"\n", 0, error.start) + 1, error.start, data[error.start]
        raise invalid(
            f"第{line}行字节偏移{at}处的0x{byte:02x}不是{encoding.upper()}编码的文字",
            f"line {line}, byte offset {at}: 0x{byte:02x} is no text in {encoding.upper()}",
        ) from error


def _detect_encoding(data: bytes) -> str:
    """Return the encoding of the first line that is not plain ASCII; the rest of the file has to be in it too."""
    # To try one encoding on the whole file and then the other would read a UTF-8 file with one damaged byte as GB18030,
    # in which nearly every pair of bytes is some character.
    sample = next((line for line in data.splitlines() if not line.isascii()), b"")
    if sample.startswith(_UTF8_BOM):
        return "utf-8"
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
