"""The limits of what clients may ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of requests; each is the setting ``CASERISK_`` and its name in capitals."""

    # a document
    max_document: int = 64 * 1024  # characters
    max_tokens: int = 2000  # names and punctuators, as GraphQL's grammar counts them
    max_depth: int = 20  # levels of selections, or of lists and objects in arguments and variables
    max_aliases: int = 50
    max_root_fields: int = 20
    max_directives: int = 100

    # its variables and its execution
    max_values: int = 2000  # lists and objects, and what is in them
    max_cost: int = 50_000  # values that the answer of an operation can have
    cost_per_minute: int = 10_000_000  # for each client
    request_time: float = 30.0  # seconds

    # a connection
    max_body: int = 1024 * 1024  # bytes of a request or of a message over a socket
    max_operations: int = 100  # that run at once on a socket
    max_sockets: int = 50  # of a client, streams of events counted with them
    header_time: float = 10.0  # seconds
    body_time: float = 30.0  # seconds
