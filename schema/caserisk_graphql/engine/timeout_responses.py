"""The responses to operations that take longer than they may."""

from __future__ import annotations

from caserisk_graphql.engine.error_format import format_error
from caserisk_graphql.engine.preparation import PreparedOperation
from caserisk_graphql.engine.response import NULL, GraphQLResponse
from caserisk_graphql.errors import RequestError, too_complex


def timed_out(prepared: PreparedOperation, seconds: float) -> GraphQLResponse:
    """Return the response to an operation that was ended after so many seconds."""
    return _response(prepared, _ended(seconds))


def still_running(prepared: PreparedOperation) -> GraphQLResponse:
    """Return the response to a mutation that is no longer waited for, but carried out all the same."""
    return _response(prepared, _unknown_outcome())


def _response(prepared: PreparedOperation, error: RequestError) -> GraphQLResponse:
    # Data is null and not missing: execution had begun, which clients see by the HTTP status.
    errors = [format_error(error, prepared.context.locale)]
    return GraphQLResponse(data=NULL, errors=errors, cost=prepared.cost)


def _ended(seconds: float) -> RequestError:
    return too_complex(
        f"执行超过 {seconds:g} 秒,已中止;请减小分页、减少所选字段,或稍后重试",
        f"this took longer than {seconds:g} s and was ended; ask for smaller pages or fewer fields, or try again later",
    )


def _unknown_outcome() -> RequestError:
    return too_complex(
        "处理时间过长,结果未知,可能仍在进行;请以同一 idempotencyKey 重试",
        "this takes too long, and may still be done; send it again with the same `idempotencyKey` to know",
    )
