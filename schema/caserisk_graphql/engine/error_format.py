"""Format errors for clients: in their language, with a stable code, and without internals."""

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

_MAX_ECHO_LENGTH = 500
"""Characters of a message of graphql-core, which may repeat what was sent."""

FormattedError = Mapping[str, Any]
"""An error of a response: ``message``, ``locations``, ``path``, ``extensions``."""


def format_error(error: GraphQLError, locale: Locale) -> FormattedError:
    """Format an error in the language of a request; an unexpected one is logged, and the client told its id alone."""
    code, text = _code_and_text(error)
    formatted: dict[str, Any] = {"message": text.localised(locale)}
    if error.locations:
        formatted["locations"] = [{"line": location.line, "column": location.column} for location in error.locations]
    if error.path:
        formatted["path"] = error.path
    return {**formatted, "extensions": {"code": code.value}}


def format_exception(error: Exception, locale: Locale) -> FormattedError:
    """Format any exception like `format_error`."""
    return format_error(error if isinstance(error, GraphQLError) else GraphQLError("", original_error=error), locale)


def _code_and_text(error: GraphQLError) -> tuple[RequestErrorCode, Text]:
    cause = error.original_error  # what a resolver raised
    for known in (error, cause):
        if isinstance(known, RequestError):
            return known.code, known.text
    if isinstance(cause, Refused):
        problem = cause.problems[0]
        # A plugin's fault is the installation's: the client cannot put it right by another request.
        at_fault = problem.code is ErrorCode.PLUGIN_FAULT
        return RequestErrorCode.INTERNAL if at_fault else RequestErrorCode.BAD_INPUT, problem.message_for(api_name)
    if cause is None or isinstance(cause, GraphQLError):  # graphql-core's own: the document or its variables
        message = error.message[:_MAX_ECHO_LENGTH].encode(errors="replace").decode()  # lone surrogates are no JSON
        return RequestErrorCode.BAD_INPUT, Text(f"请求有误:{message}", message)
    return RequestErrorCode.INTERNAL, _internal(error)


def _internal(error: GraphQLError) -> Text:
    fault_id = uuid4().hex[:12]
    log.error("unexpected fault %s", fault_id, exc_info=error.original_error)
    return Text(
        f"服务器内部错误(编号 {fault_id}),请联系系统管理员",
        f"something went wrong here (fault {fault_id}); ask your administrator",
    )
