"""Trying something at the API: whatever comes of it is an outcome, refused or done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.api import ERRORS, PAYLOADS, Answer, Client

REFUSALS = {"INVALID", "NOT_FOUND", "FORBIDDEN", "CONFLICT", "WRONG_STATE", "GATE_CLOSED"}
"""The codes in `errors` that a person may meet where every plugin answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a mutation answered: a payload, or GraphQL errors."""

    payload: Answer | None
    faults: list[Answer]

    @property
    def done(self) -> bool:
        """Whether it was carried out."""
        return self.payload is not None and not self.payload["errors"]

    @property
    def refusals(self) -> list[tuple[str, str]]:
        """Each refusal's code, and the dotted path of the field it is about."""
        if self.payload is None:
            return [(fault["extensions"]["code"], "") for fault in self.faults]
        return [(error["code"], ".".join(error["path"])) for error in self.payload["errors"]]

    @property
    def codes(self) -> set[str]:
        """The codes of the refusals."""
        return {code for code, _ in self.refusals}

    @property
    def messages(self) -> list[str]:
        """What people are told."""
        return [item["message"] for item in (self.faults if self.payload is None else self.payload["errors"])]


async def attempt(client: Client, mutation: str, input: Any) -> Outcome:
    """Try a mutation with whatever input; a refusal answers with nothing but errors."""
    type_ = f"{mutation[0].upper()}{mutation[1:]}Input"
    document = f"mutation ($input: {type_}!) {{ {mutation}(input: $input) {{ {PAYLOADS[mutation]} {ERRORS} }} }}"
    data, faults = await client.execute(document, input=input)
    payload = data and data[mutation]
    outcome = Outcome(payload=payload, faults=faults)
    if payload:
        changed = {name: value for name, value in payload.items() if name not in ("errors", "cursor")}
        assert (payload["cursor"] is None) == bool(payload["errors"])
        assert not payload["errors"] or set(changed.values()) == {None}
    return outcome
