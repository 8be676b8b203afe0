"""The log: for people a line of text, for programs a JSON object a line. Nothing in it was read from a case.

Whatever is raised is told by its kind and its place; what it says only where that cannot be data (`redact`). Other
libraries log what they work on, once they are asked for details: they never are.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import time
from typing import Any, BinaryIO

import msgspec

from caserisk.redaction import redact
from caserisk_graphql.engine.response import encode
from caserisk_graphql.server.telemetry.exchange import EXCHANGE, Fields

OURS = "caserisk"

_DEEPEST = 20
"""Errors of a chain that are told, and calls of each."""

_NONE = b"{}"

log = logging.getLogger("caserisk.operations")

_LINES: list[BinaryIO] = []
"""Where lines of JSON go straight, once that is set up."""


def tell(what: str, fields: Fields) -> None:
    """Log the end of a request. Most lines are such, and a record of `logging` costs more than all that is in it."""
    if not log.isEnabledFor(logging.INFO):
        return
    if _LINES:
        head = f'{{"time":"{_time(time())}","level":"info","logger":"{log.name}","message":"{what}",'
        _LINES[0].write(head.encode() + encode(fields)[1:] + b"\n")
        _LINES[0].flush()
        return
    record = logging.LogRecord(log.name, logging.INFO, "", 0, what, None, None)
    record.fields = fields
    log.handle(record)


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def set_up(*, level: str, format: str) -> None:
    """Have everything logged on standard error: ours from ``level`` on, of other libraries what is wrong."""
    _LINES[:] = [sys.stderr.buffer] if format == "json" else []
    lowest = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if format == "json" else TextLines())
    logging.basicConfig(handlers=[handler], level=max(lowest, logging.WARNING), force=True)
    logging.getLogger(OURS).setLevel(lowest)
    logging.getLogger("uvicorn").setLevel(max(lowest, logging.INFO))
    logging.getLogger("uvicorn.error").addFilter(_is_no_handshake)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _is_no_handshake(record: logging.LogRecord) -> bool:
    """Leave out what uvicorn says of each socket, with all of its address; ours is logged at its end."""
    return record.levelno > logging.INFO or not ("WebSocket" in str(record.msg) or "connection" in str(record.msg))


class JsonLines(logging.Formatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        said: dict[str, object] = {
            "time": _time(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        error = _error(record)
        if error is not None:
            said["error"], said["trace"] = redact(error), list(_trace(error))
        fields = encode(_fields(record))
        line = encode(said) if fields == _NONE else encode(said)[:-1] + b"," + fields[1:]
        return line.decode()


class TextLines(logging.Formatter):
    """A line of text, and those of a trace."""

    def format(self, record: logging.LogRecord) -> str:
        """The lines of a record."""
        moment = datetime.fromtimestamp(record.created).astimezone().isoformat(sep=" ", timespec="milliseconds")
        line = f"{moment} {record.levelname} {record.name}: {_message(record)}"
        line += "".join(f" {name}={_shown(value)}" for name, value in msgspec.to_builtins(_fields(record)).items())
        error = _error(record)
        return "\n".join([line, *_trace(error)]) if error is not None else line


def _message(record: logging.LogRecord) -> str:
    said = record.getMessage().strip()
    return said.partition("\n")[0] if record.name == "asyncio" else said  # it goes on with what a task was doing


def _fields(record: logging.LogRecord) -> Fields | Mapping[str, str]:
    """What belongs to a record beside its message: all that is known of a request that ends, or the id of its own."""
    fields = getattr(record, "fields", None)
    if isinstance(fields, Fields):
        return fields
    exchange = EXCHANGE.get()
    return {"request_id": exchange.id} if exchange else {}


def _shown(value: Any) -> str:
    return ",".join(value) if isinstance(value, list | tuple) else str(value)


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _trace(error: BaseException) -> Iterator[str]:
    """Where an error was raised, and the errors it came of."""
    told: BaseException | None = error
    for _ in range(_DEEPEST):
        if told is None:
            return
        yield redact(told)
        for place in traceback.extract_tb(told.__traceback__)[-_DEEPEST:]:
            yield f"  {place.filename}:{place.lineno} in {place.name}"
        if isinstance(told, BaseExceptionGroup):
            for part in told.exceptions[:_DEEPEST]:
                yield from _trace(part)
        told = told.__cause__ or (None if told.__suppress_context__ else told.__context__)
