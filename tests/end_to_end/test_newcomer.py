"""A newcomer's first hour: a case from opening to archive, and a second client that watches and misses nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import jwt
import pytest
from gql import Client

from caserisk.domain.vocabulary import Role
from tests.end_to_end.server import Server, command, request, serving
from tests.support.world import StaffedOffice, World

CHANGES = """
  subscription ($after: EventCursor) {
    warningChanges(after: $after) { cursor kind status level { code } case { number } }
  }
"""
SCHEME = ("persons", "duties", "time-limit", "conclusion", "settlement", "stability")


@pytest.fixture
def env(database: str, tmp_path: Path) -> dict[str, str]:
    """Provide the environment of an installation: a database and a folder of its own."""
    return {"CASERISK_DATABASE_URL": database, "CASERISK_DATA_DIR": str(tmp_path / "data")}


@pytest.fixture
async def zhuzhou(database: str) -> StaffedOffice:
    """Provide an office of Zhuzhou with its officers, registered before the server starts."""
    async with World(database) as world:
        return await world.office("430200", "株洲市人民检察院")


async def _do(client: Client, mutation: str, selection: str, **input: Any) -> dict[str, Any]:
    name = f"{mutation[0].upper()}{mutation[1:]}Input"
    document = (
        f"mutation ($input: {name}!) {{ {mutation}(input: $input) {{ {selection} cursor errors {{ message }} }} }}"
    )
    answer: dict[str, Any] = (await client.execute_async(request(document, input=input)))[mutation]
    assert answer["errors"] == []
    return answer


async def _to_the_warning(server: Server, office: StaffedOffice, number: str) -> str:
    """Take a case to its warning, and return the warning's id."""

    def client(role: Role) -> Client:
        return server.http(server.token(office.officer_id(role)))

    handler = client(Role.CASE_HANDLER)
    opened = await _do(
        handler,
        "openCase",
        "case { id }",
        number=number,
        title="李某交通肇事案",
        cause="交通肇事",
        office="430200",
        handler=office.officer_id(Role.CASE_HANDLER),
    )
    case = opened["case"]["id"]
    plan = {"sections": [{"key": "risks", "text": "被害人家属情绪激动"}]}
    submitted = await _do(
        handler, "submitAssessment", "assessment { id }", case=case, hasRisk=True, proposedLevel="level-3", plan=plan
    )
    assessment = submitted["assessment"]["id"]
    for role in (Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE, Role.EXPERT_COMMITTEE):
        await _do(client(role), "reviewAssessment", "case { id }", assessment=assessment, verdict="APPROVED")
    issued = await _do(client(Role.LEADING_GROUP_OFFICE), "issueWarning", "warning { id }", case=case)
    id: str = issued["warning"]["id"]
    return id


async def _take(client: Client, count: int, after: str | None) -> list[dict[str, Any]]:
    """Return the first changes that a client receives."""
    taken: list[dict[str, Any]] = []
    async with client as session:
        async for event in session.subscribe(request(CHANGES, after=after)):
            taken.append(event["warningChanges"])
            if len(taken) == count:
                break
    return taken


async def test_second_client_watches_case_to_archive(env: dict[str, str], zhuzhou: StaffedOffice) -> None:
    with serving(env) as server:
        hub = server.token(zhuzhou.officer_id(Role.COMPLAINTS_OFFICER))
        watching = asyncio.create_task(_take(server.socket(hub), 6, "log_0"))
        warning = await _to_the_warning(server, zhuzhou, "株检刑诉〔2026〕1号")

        head = server.http(server.token(zhuzhou.officer_id(Role.DEPARTMENT_HEAD)))
        await _do(head, "acknowledgeWarning", "warning { dueAt }", warning=warning)
        sections = [{"key": key, "text": "已落实"} for key in SCHEME]
        await _do(head, "adoptPlan", "warning { status }", warning=warning, plan={"sections": sections})
        await _do(head, "resolveWarning", "warning { status }", warning=warning, outcome="SETTLED")
        await _do(head, "fileWarning", "warning { status }", warning=warning, report="矛盾已化解")
        archived = await _do(server.http(hub), "archiveWarning", "warning { status }", warning=warning)

        told = await asyncio.wait_for(watching, 20)
    assert archived["warning"]["status"] == "ARCHIVED"
    assert [change["kind"] for change in told] == [
        "ISSUED",
        "ACKNOWLEDGED",
        "PLAN_ADOPTED",
        "RESOLVED",
        "FILED",
        "ARCHIVED",
    ]
    assert {change["level"]["code"] for change in told} == {"level-3"}


async def test_killed_server_loses_nothing_for_who_resumes(env: dict[str, str], zhuzhou: StaffedOffice) -> None:
    with serving(env) as server:
        hub = server.token(zhuzhou.officer_id(Role.COMPLAINTS_OFFICER))
        await _to_the_warning(server, zhuzhou, "株检刑诉〔2026〕2号")
        [first] = await _take(server.socket(hub), 1, "log_0")
        await _to_the_warning(server, zhuzhou, "株检刑诉〔2026〕3号")
        server.kill()

    with serving(env) as server:
        watching = asyncio.create_task(_take(server.socket(hub), 2, first["cursor"]))
        await _to_the_warning(server, zhuzhou, "株检刑诉〔2026〕4号")
        rest = await asyncio.wait_for(watching, 20)

    numbers = [change["case"]["number"] for change in (first, *rest)]
    assert numbers == ["株检刑诉〔2026〕2号", "株检刑诉〔2026〕3号", "株检刑诉〔2026〕4号"]


def test_command_line_prints_token_alone(env: dict[str, str], zhuzhou: StaffedOffice) -> None:
    printed = command("token", "--office", zhuzhou.code, "--role", "CASE_HANDLER", env=env)

    assert jwt.decode(printed, options={"verify_signature": False})["sub"] == zhuzhou.officer_id(Role.CASE_HANDLER)
