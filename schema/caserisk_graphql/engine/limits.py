"""The limits of what clients may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of requests; each is the setting ``CASERISK_`` and its name in capitals, beside its meaning."""

    # a document
    max_document: Annotated[int, "characters of a document"] = 64 * 1024
    max_tokens: Annotated[int, "tokens of a document: names and punctuators, as GraphQL's grammar counts them"] = 2000
    max_depth: Annotated[int, "levels of selections, or of lists and objects in arguments and variables"] = 20
    max_aliases: Annotated[int, "aliases of a document, all fragments spread"] = 50
    max_root_fields: Annotated[int, "root fields of a document, all fragments spread"] = 20
    max_directives: Annotated[int, "directives of a document, all fragments spread"] = 100

    # its variables and its execution
    max_values: Annotated[int, "lists and objects in the variables, and the values in them"] = 2000
    max_cost: Annotated[int, "values that the answer of an operation can have"] = 50_000
    cost_per_minute: Annotated[int, "cost of all operations of a client within a minute"] = 10_000_000
    request_time: Annotated[float, "seconds for an operation to be executed"] = 30.0

    # a connection
    max_body: Annotated[int, "bytes of a request's body, or of a message over a socket"] = 1024 * 1024
    max_operations: Annotated[int, "operations that run at once on a socket"] = 100
    max_sockets: Annotated[int, "sockets and event streams that a client has open"] = 50
    header_time: Annotated[float, "seconds for the headers of a request to arrive"] = 10.0
    body_time: Annotated[float, "seconds for the body of a request to arrive"] = 30.0
