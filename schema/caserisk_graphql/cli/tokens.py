"""`token`: a bearer token for an officer, and nothing else on standard output."""

from __future__ import annotations

from typing import Annotated

import typer

from caserisk.domain.organisation import Officer
from caserisk.domain.refusals import Refused, invalid
from caserisk_graphql.application import Application
from caserisk_graphql.auth import issue_token, signing_key
from caserisk_graphql.cli import directory
from caserisk_graphql.cli.words import lifetime_of, role_of
from caserisk_graphql.cli.working import work


def token(
    office: Annotated[str | None, typer.Option(help="检察院代码 · the office's division code")] = None,
    role: Annotated[str | None, typer.Option(help="角色 · a role, as CASE_HANDLER")] = None,
    officer: Annotated[str | None, typer.Option(help="人员编号 · an officer's id")] = None,
    hours: Annotated[float, typer.Option(help="有效小时数 · how long it holds")] = 12.0,
) -> None:
    """签发令牌:按检察院与角色,或按人员。 Print a bearer token, by office and role or by officer."""
    lifetime = lifetime_of(hours)

    async def issue(opened: Application) -> str:
        _refuse_foreign(opened)
        bearer = await _bearer(opened, office, role, officer)
        return issue_token(signing_key(opened.settings.signing_key), bearer.id, lifetime=lifetime)

    typer.echo(work(issue))


async def _bearer(opened: Application, office: str | None, role: str | None, officer: str | None) -> Officer:
    if officer is not None and office is None and role is None:
        return await _active(opened, officer)
    if officer is None and office is not None and role is not None:
        wanted = role_of(role)
        return await directory.first_in_role(opened.store, await directory.the_office(opened.store, office), wanted)
    raise invalid(
        "请写明 --office 和 --role,或只写 --officer", "name --office and --role, or --officer alone", "officer"
    )


async def _active(opened: Application, id: str) -> Officer:
    officer = await directory.the_officer(opened.store, id)
    if not officer.active:
        raise invalid(
            f"「{officer.name}」({id})已停用,不能签发令牌", f"{officer.name!r} ({id}) is no longer active", "officer"
        )
    return officer


def _refuse_foreign(opened: Application) -> None:
    if opened.settings.jwks is not None:
        raise _issued_elsewhere()


def _issued_elsewhere() -> Refused:
    return invalid(
        "已设置 CASERISK_JWKS:令牌由身份提供方签发,不在此签发",
        "CASERISK_JWKS is set: tokens come from that identity provider, not from here",
        "CASERISK_JWKS",
    )
