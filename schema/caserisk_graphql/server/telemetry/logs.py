"""Format the log: a line of text for people, or a JSON object a line for programs. Nothing in it is read from a case.

An error is logged by its type and its place; its message only where that cannot repeat what was entered (`redact`).
Other libraries log what they work on at their lower levels, so those levels stay off.
"""

from __future__ import annotations

import io
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

from caserisk.redaction import redact
from caserisk_graphql.engine.response import encode
from caserisk_graphql.server.telemetry.request_record import CURRENT_REQUEST, LogFields

_PACKAGE_LOGGER = "caserisk"

_MAX_TRACE_DEPTH = 20
"""Errors of a chain that are logged, and calls of each."""

_NO_FIELDS = b"{}"

log = logging.getLogger("caserisk.operations")


def log_request(message: str, fields: LogFields) -> None:
    """Log the end of a request: an ``operation``, a ``request`` without GraphQL, or a ``socket``."""
    if log.isEnabledFor(logging.INFO):
        # Made here: `log.info` would first look for the line that called it, which takes as long as the writing.
        record = logging.LogRecord(log.name, logging.INFO, "", 0, message, None, None)
        record.fields = fields
        log.handle(record)


def configure_logging(*, level: str, format: str) -> None:
    """Log on standard error: our own messages from ``level`` on, those of other libraries from warnings on.

    ``format`` is ``json`` or ``text``.
    """
    lowest = logging.getLevelNamesMapping()[level.upper()]
    if format == "json" and isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8")  # JSON is in UTF-8, whatever the locale of the machine
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if format == "json" else TextLines())
    logging.basicConfig(handlers=[handler], level=max(lowest, logging.WARNING), force=True)
    logging.getLogger(_PACKAGE_LOGGER).setLevel(lowest)
    # Below INFO, uvicorn logs what it receives, and so tokens and variables.
    logging.getLogger("uvicorn").setLevel(max(lowest, logging.INFO))
    logging.getLogger("uvicorn.error").addFilter(_is_not_connection_info)
    # No line shows them, and each costs a call per record.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _is_not_connection_info(record: logging.LogRecord) -> bool:
    """Drop what uvicorn logs about each socket with its whole address; our own line is logged at its end."""
    return record.levelno > logging.INFO or not ("WebSocket" in str(record.msg) or "connection" in str(record.msg))


@lru_cache(maxsize=1)  # many lines are of the same second
def _utc_second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _utc_time(timestamp: float) -> str:
    second = int(timestamp)
    return f"{_utc_second(second)}.{int((timestamp - second) * 1000):03d}Z"


class JsonLines(logging.Formatter):
    """A formatter that writes a JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        members: dict[str, object] = {
            "time": _utc_time(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        error = _error(record)
        if error is not None:
            members["error"], members["trace"] = redact(error), list(_trace(error))
        fields = encode(_fields(record))
        # Two objects joined as text: the fields are a struct, which is encoded faster than a dictionary of them.
        line = encode(members) if fields == _NO_FIELDS else encode(members)[:-1] + b"," + fields[1:]
        return line.decode()


class TextLines(logging.Formatter):
    """A formatter that writes a line of text, and the lines of a trace."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record."""
        time = datetime.fromtimestamp(record.created).astimezone().isoformat(sep=" ", timespec="milliseconds")
        line = f"{time} {record.levelname} {record.name}: {_message(record)}"
        line += "".join(f" {name}={_as_text(value)}" for name, value in msgspec.to_builtins(_fields(record)).items())
        error = _error(record)
        return "\n".join([line, *_trace(error)]) if error is not None else line


def _message(record: logging.LogRecord) -> str:
    message = record.getMessage().strip()
    # The further lines of asyncio's messages repeat the values that a task was working on.
    return message.partition("\n")[0] if record.name == "asyncio" else message


def _fields(record: logging.LogRecord) -> LogFields | Mapping[str, str]:
    """Return the fields of a record: of a request that ends all that is known, else the id of the current request."""
    fields = getattr(record, "fields", None)
    if isinstance(fields, LogFields):
        return fields
    request = CURRENT_REQUEST.get()
    return {"request_id": request.id} if request else {}


def _as_text(value: Any) -> str:
    return ",".join(value) if isinstance(value, list | tuple) else str(value)


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _trace(error: BaseException) -> Iterator[str]:
    """Yield the lines of an error's calls, then those of the errors that caused it."""
    current: BaseException | None = error
    for _ in range(_MAX_TRACE_DEPTH):  # a chain may be long, or lead back to itself
        if current is None:
            return
        yield redact(current)
        for call in traceback.extract_tb(current.__traceback__)[-_MAX_TRACE_DEPTH:]:
            yield f"  {call.filename}:{call.lineno} in {call.name}"
        if isinstance(current, BaseExceptionGroup):
            for part in current.exceptions[:_MAX_TRACE_DEPTH]:
                yield from _trace(part)
        # As Python prints it: the cause, or else the error that was being handled, unless `from None` hides it.
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
