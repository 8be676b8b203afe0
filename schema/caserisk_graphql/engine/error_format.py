"""Errors as clients see them: in their language, with a stable code, and nothing of what is inside."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from graphql import GraphQLError

from caserisk.domain.refusals import Refused
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import ErrorCode, Locale
from caserisk_graphql.errors import RequestError, RequestErrorCode
from caserisk_graphql.naming import api_name

log = logging.getLogger("caserisk.graphql")

_LONGEST = 500
"""The most characters of a message that repeats what was sent."""

FormattedError = Mapping[str, Any]
"""An error of the answer: ``message``, ``locations``, ``path``, ``extensions``."""


def format_error(error: GraphQLError, locale: Locale) -> FormattedError:
    """An error in the language of a request; an unexpected one is kept in the log under an id."""
    code, text = _said(error)
    answer: dict[str, Any] = {"message": text.localised(locale)}
    if error.locations:
        answer["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        answer["path"] = error.path
    return {**answer, "extensions": {"code": code.value}}


def format_exception(error: Exception, locale: Locale) -> FormattedError:
    """As `format_error`, of whatever was raised."""
    return format_error(error if isinstance(error, GraphQLError) else GraphQLError("", original_error=error), locale)


def _said(error: GraphQLError) -> tuple[RequestErrorCode, Text]:
    cause = error.original_error
    for known in (error, cause):
        if isinstance(known, RequestError):
            return known.code, known.text
    if isinstance(cause, Refused):
        problem = cause.problems[0]
        at_fault = problem.code is ErrorCode.PLUGIN_FAULT
        return RequestErrorCode.INTERNAL if at_fault else RequestErrorCode.BAD_INPUT, problem.message_for(api_name)
    if cause is None or isinstance(cause, GraphQLError):  # graphql-core's own: the document or its variables
        said = error.message[:_LONGEST].encode(errors="replace").decode()  # it repeats what was sent
        return RequestErrorCode.BAD_INPUT, Text(f"请求有误:{said}", said)
    return RequestErrorCode.INTERNAL, _internal(error)


def _internal(error: GraphQLError) -> Text:
    fault = uuid4().hex[:12]
    log.error("unexpected fault %s", fault, exc_info=error.original_error)
    return Text(
        f"服务器内部错误(编号 {fault}),请联系系统管理员",
        f"something went wrong here (fault {fault}); ask your administrator",
    )
