"""The client that ariadne-codegen generates from operations/, in an environment that has nothing of the server."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime
from uuid import uuid4

from caserisk_client import CaseChangeKind, Client, GraphQLClientGraphQLMultiError, OpenCaseInput, RecordPetitionInput

ADDRESS = os.environ["CONFORMANCE_ADDRESS"]
OFFICE = os.environ["CONFORMANCE_OFFICE"]
EVENT_TIMEOUT = 15
"""Seconds."""


def client(token: str) -> Client:
    """Return a client of the officer whose token is in a variable."""
    headers = {"Authorization": f"Bearer {os.environ[token]}", "Accept-Language": "en"}
    return Client(
        url=ADDRESS, headers=headers, ws_url=ADDRESS.replace("http", "ws", 1), ws_connection_init_payload=headers
    )


async def run_scenario() -> None:
    """Read, page, write, be refused, and watch what somebody else does."""
    async with client("CONFORMANCE_TOKEN") as own, client("CONFORMANCE_OTHER_TOKEN") as other:
        await reads(own)
        case, cursor = await writes(own)
        await is_refused(own)
        await asyncio.wait_for(watches(own, other, case, cursor), EVENT_TIMEOUT)


async def reads(own: Client) -> None:
    """Read who asks, and two pages."""
    assert (await own.viewer()).viewer.office.code == OFFICE
    first = (await own.cases(first=2)).cases
    second = (await own.cases(first=2, after=first.page_info.end_cursor)).cases
    assert len({edge.node.id for edge in (*first.edges, *second.edges)}) == 4


async def writes(own: Client) -> tuple[str, str]:
    """Open a case, and return its id and the log's cursor."""
    number = f"conformance {uuid4()}"
    given = OpenCaseInput(number=number, title="A case", cause="traffic", office=OFFICE)
    opened = (await own.open_case(given)).open_case
    assert opened.errors == []
    assert opened.case.number == number
    again = (await own.open_case(given)).open_case
    assert [error.path for error in again.errors] == [["number"]]
    return opened.case.id, opened.cursor


async def is_refused(own: Client) -> None:
    """Check that an error of the request has its code."""
    codes = []
    try:
        await own.cases(first=2, after="nonsense")
    except GraphQLClientGraphQLMultiError as refusal:
        codes = [error.extensions["code"] for error in refusal.errors]
    assert codes == ["BAD_INPUT"]


async def watches(own: Client, other: Client, case: str, cursor: str) -> None:
    """Check that past changes are received, then those made meanwhile."""
    petition = RecordPetitionInput(case=case, channel="letter", description="conformance")
    assert (await other.record_petition(petition)).record_petition.errors == []
    told = 0
    async for event in own.case_events(case, after=cursor):
        change = event.case_events
        if change.kind is CaseChangeKind.NOTICES_SENT:  # who is told of a petition
            continue
        assert change.kind is CaseChangeKind.PETITION_RECORDED
        assert isinstance(change.at, datetime)
        told += 1
        if told == 2:
            return
        assert (await other.record_petition(petition)).record_petition.errors == []


asyncio.run(run_scenario())
