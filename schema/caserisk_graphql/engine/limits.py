"""What a client may ask for at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of requests; each is the setting ``CASERISK_`` and its name in capitals.

    Of a document: ``max_document`` characters, ``max_tokens`` words and signs, ``max_depth`` levels of selections or of
    lists and objects, ``max_aliases``, ``max_root_fields`` and ``max_directives``. Of its variables: ``max_values``,
    lists and objects and what is in them.

    Of an operation: ``max_cost``, the most values that its answer can have; of a client within a minute:
    ``cost_per_minute``. ``max_body`` is the bytes of a request or of a message; ``max_operations`` run at once on a
    socket, and ``max_sockets`` are open for a client, streams of events counted with them.

    In seconds: ``request_time`` for an operation to be executed, ``header_time`` and ``body_time`` for a request to
    arrive.
    """

    max_document: int = 64 * 1024
    max_tokens: int = 2000
    max_depth: int = 20
    max_aliases: int = 50
    max_root_fields: int = 20
    max_directives: int = 100
    max_values: int = 2000
    max_cost: int = 50_000
    cost_per_minute: int = 10_000_000
    max_body: int = 1024 * 1024
    max_operations: int = 100
    max_sockets: int = 50
    request_time: float = 30.0
    header_time: float = 10.0
    body_time: float = 30.0
