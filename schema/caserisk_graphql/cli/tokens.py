"""`token`: print a bearer token for an officer, and nothing else on standard output."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from caserisk.domain.organisation import Officer
from caserisk.domain.refusals import invalid
from caserisk_graphql.application import Application
from caserisk_graphql.auth import SigningKey, issue_token, load_signing_key
from caserisk_graphql.cli import directory
from caserisk_graphql.cli.parsing import parse_lifetime, parse_role
from caserisk_graphql.cli.run import run_job
from caserisk_graphql.settings import unusable_setting


def token(
    office: Annotated[str | None, typer.Option(help="检察院代码 · the office's division code")] = None,
    role: Annotated[str | None, typer.Option(help="角色 · a role, as CASE_HANDLER")] = None,
    officer: Annotated[str | None, typer.Option(help="人员编号 · an officer's id")] = None,
    hours: Annotated[float, typer.Option(help="有效小时数 · how long it holds")] = 12.0,
) -> None:
    """Print a bearer token for an officer, named by id or found by office and role."""
    lifetime = parse_lifetime(hours)

    async def issue(opened: Application) -> str:
        _refuse_with_provider(opened)
        bearer = await _find_bearer(opened, office=office, role=role, officer=officer)
        return issue_token(_load_key(opened.settings.signing_key), bearer.id, lifetime=lifetime)

    typer.echo(run_job(issue))  # the token alone: scripts read it


async def _find_bearer(opened: Application, *, office: str | None, role: str | None, officer: str | None) -> Officer:
    if officer is not None and office is None and role is None:
        return await _find_active(opened, officer)
    if officer is None and office is not None and role is not None:
        wanted = parse_role(role)
        return await directory.find_officer_in_role(
            opened.store, await directory.find_office(opened.store, office), wanted
        )
    raise invalid(
        "请写明 --office 和 --role,或只写 --officer", "name --office and --role, or --officer alone", "officer"
    )


async def _find_active(opened: Application, id: str) -> Officer:
    officer = await directory.find_officer(opened.store, id)
    if not officer.active:
        raise invalid(
            f"「{officer.name}」({id})已停用,不能签发令牌", f"{officer.name!r} ({id}) is no longer active", "officer"
        )
    return officer


def _load_key(path: Path) -> SigningKey:
    try:
        return load_signing_key(path)
    except OSError as error:
        raise unusable_setting("CASERISK_SIGNING_KEY", str(path), error) from error


def _refuse_with_provider(opened: Application) -> None:
    if opened.settings.jwks is not None:
        raise invalid(
            "已设置 CASERISK_JWKS:令牌由身份提供方签发,不在此签发",
            "CASERISK_JWKS is set: tokens come from that identity provider, not from here",
            "CASERISK_JWKS",
        )
