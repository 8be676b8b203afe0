"""Clients that integrators use: gql, and what ariadne-codegen generates."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from gql import Client
from gql.transport.exceptions import TransportQueryError
from graphql import GraphQLError

from conformance.conftest import OFFICE
from conformance.tools import GENERATED, HERE, run_tool
from tests.end_to_end.server import Server, request

OPERATIONS = HERE / "operations"
EVENT_TIMEOUT = 15
"""Seconds."""


def _operation(name: str, *fragments: str) -> str:
    return "\n".join((OPERATIONS / f"{part}.graphql").read_text("utf-8") for part in (name, *fragments))


CASES = _operation("cases", "case-line")
OPEN_CASE = _operation("open-case", "case-line")
RECORD_PETITION = _operation("record-petition")
CASE_EVENTS = _operation("case-events")


async def _open(client: Client, number: str) -> dict[str, Any]:
    input = {"number": number, "title": "案件", "cause": "交通肇事", "office": OFFICE}
    answer: dict[str, Any] = (await client.execute_async(request(OPEN_CASE, input=input)))["openCase"]
    return answer


async def _petition(client: Client, case: str) -> None:
    input = {"case": case, "channel": "letter", "description": "来信"}
    answer = await client.execute_async(request(RECORD_PETITION, input=input))
    assert answer["recordPetition"]["errors"] == []


async def test_gql_fetches_the_schema_and_validates_by_it(server: Server, tokens: Mapping[str, str]) -> None:
    client = server.http(tokens["CASE_MANAGER"])
    client.fetch_schema_from_transport = True

    async with client as session:
        assert client.schema is not None
        assert len((await session.execute(request(CASES, first=2)))["cases"]["edges"]) == 2
        with pytest.raises(GraphQLError, match="nonsense"):
            await session.execute(request("{ nonsense }"))


async def test_gql_writes_and_is_refused(server: Server, tokens: Mapping[str, str]) -> None:
    client = server.http(tokens["CASE_MANAGER"])
    number = f"conformance {uuid4()}"

    opened, again = await _open(client, number), await _open(client, number)
    with pytest.raises(TransportQueryError) as refused:
        await client.execute_async(request(CASES, first=2, after="nonsense"))

    assert (opened["case"]["number"], opened["errors"]) == (number, [])
    assert [error["path"] for error in again["errors"]] == [["number"]]
    assert refused.value.errors is not None
    assert [error["extensions"]["code"] for error in refused.value.errors] == ["BAD_INPUT"]


async def test_gql_watches_what_somebody_else_does(server: Server, tokens: Mapping[str, str]) -> None:
    other = server.http(tokens["COMPLAINTS_OFFICER"])
    opened = await _open(server.http(tokens["CASE_MANAGER"]), f"conformance {uuid4()}")
    case = opened["case"]["id"]
    await _petition(other, case)

    kinds = []
    async with asyncio.timeout(EVENT_TIMEOUT), server.socket(tokens["CASE_MANAGER"]) as session:
        async for event in session.subscribe(request(CASE_EVENTS, case=case, after=opened["cursor"])):
            if event["caseEvents"]["kind"] == "NOTICES_SENT":  # who is told of a petition
                continue
            kinds.append(event["caseEvents"]["kind"])
            if len(kinds) == 2:
                break
            await _petition(other, case)

    assert kinds == ["PETITION_RECORDED", "PETITION_RECORDED"]


def test_ariadne_codegen_generates_a_client_that_plays(
    python_environment: Path, client_environment: Mapping[str, str]
) -> None:
    shutil.rmtree(GENERATED / "caserisk_client", ignore_errors=True)
    GENERATED.mkdir(exist_ok=True)
    path = os.pathsep.join(
        [str(python_environment / "bin"), os.environ["PATH"]]
    )  # it formats what it writes by its own ruff
    run_tool(python_environment / "bin" / "ariadne-codegen", "--config", "ariadne.toml", env={"PATH": path}).check()

    env = {**client_environment, "PYTHONPATH": str(GENERATED)}
    run_tool(python_environment / "bin" / "python", HERE / "clients" / "ariadne.py", env=env, timeout=60).check()
