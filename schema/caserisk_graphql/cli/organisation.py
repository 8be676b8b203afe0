"""`office`, `department` and `officer`: who is entered, and which options an office chose."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from caserisk.domain.organisation import Department, Office, Officer
from caserisk.domain.refusals import Refused, invalid
from caserisk.domain.texts import Text
from caserisk.registrar import Registrar
from caserisk.regulation.layers import Regulation
from caserisk_graphql.application import Application
from caserisk_graphql.cli import directory
from caserisk_graphql.cli.speech import complain_of, say, show, told
from caserisk_graphql.cli.words import function_of, roles_of
from caserisk_graphql.cli.working import work

office = typer.Typer(help="检察院及其选项。 Offices and the options they chose.")
department = typer.Typer(help="部门。 Departments.")
officer = typer.Typer(help="人员。 Officers.")

OfficeCode = Annotated[str, typer.Argument(metavar="CODE", help="检察院代码 · the office's division code, as 430200")]
HeadId = Annotated[str | None, typer.Option("--head", help="部门负责人编号 · the id of its head")]
LeaderId = Annotated[str | None, typer.Option("--leader", help="分管领导编号 · the id of its leader in charge")]
LiaisonId = Annotated[str | None, typer.Option("--liaison", help="联络员编号 · the id of its liaison officer")]
RoleNames = Annotated[list[str], typer.Option("--role", help="角色,可多次 · a role, may be repeated")]
DepartmentId = Annotated[str | None, typer.Option("--department", help="部门编号 · the id of the department")]

# ------------------------------------------------------------------------------------------------ offices


@office.command("list")
def list_offices() -> None:
    """列出已登记的检察院。 List the offices."""
    offices = work(lambda opened: directory.all_offices(opened.store))
    show((Text("代码", "CODE"), Text("名称", "NAME")), [(item.code, item.name) for item in offices])


@office.command("show")
def show_office(code: OfficeCode) -> None:
    """显示检察院的办法、选项、部门、人员。 Show an office: its regulation, options, departments and officers."""
    work(lambda opened: _show_office(opened, code))


@office.command("add")
def add_office(code: OfficeCode, name: Annotated[str, typer.Argument(help="名称 · its name")]) -> None:
    """登记检察院,或更名。 Enter an office, or give it another name."""
    entered = work(lambda opened: Registrar(runner=opened.runner).office(code, name))
    say(f"已登记 {entered.code} {entered.name}", f"entered {entered.code} {entered.name}")


@office.command("set")
def set_options(
    code: OfficeCode, chosen: Annotated[list[str], typer.Argument(metavar="KEY=VALUE…", help="选项=值 · the options")]
) -> None:
    """选择办法留给检察院的选项。 Choose where the regulation leaves a choice to the office."""
    pairs = [_pair(item) for item in chosen]

    async def choose(opened: Application) -> None:
        for key, value in pairs:
            await Registrar(runner=opened.runner).option(code, key, value)
            say(f"{code}:{key} = {value}", f"{code}: {key} = {value}")

    work(choose)


def _pair(typed: str) -> tuple[str, str]:
    key, separator, value = typed.partition("=")
    if not separator or not key or not value:
        raise invalid(f"「{typed}」不对;应写作 选项=值", f"{typed!r} is wrong; write key=value", "key")
    return key, value


async def _show_office(opened: Application, code: str) -> None:
    found = await directory.the_office(opened.store, code)
    say(f"{found.code} {found.name}", f"{found.code} {found.name}")
    _show_regulation(opened, code, await opened.store.options(code))
    show(
        (Text("部门", "DEPARTMENT"), Text("名称", "NAME"), Text("职能", "FUNCTION")),
        [
            (item.id, item.name, told(item.function.zh, item.function.value))
            for item in await directory.departments_of(opened.store, found)
        ],
    )
    show(
        (Text("人员", "OFFICER"), Text("姓名", "NAME"), Text("角色", "ROLES"), Text("部门", "DEPARTMENT")),
        [_officer_row(item) for item in await directory.officers_of(opened.store, found)],
    )


def _show_regulation(opened: Application, code: str, chosen: dict[str, str]) -> None:
    try:
        regulation = Regulation(opened.registry, code, opened.runner.clock(), chosen)
    except Refused as refusal:  # NO_REGULATION: the rest of the office is shown all the same
        complain_of(refusal)
        return
    layers = [f"{layer.plugin.name} {layer.plugin.version}" for layer in regulation.layers]
    say(f"办法:{'、'.join(layers)}", f"regulation: {', '.join(layers)}")
    values = regulation.option_values
    show(
        (Text("选项", "OPTION"), Text("值", "VALUE"), Text("可选", "CHOICES"), Text("说明", "MEANING")),
        [
            (key, values[key], " | ".join(option.choices), told(option.label.zh, option.label.en))
            for key, (option, _) in regulation.options.items()
        ],
    )


def _officer_row(item: Officer) -> tuple[str, ...]:
    left = "" if item.active else told("(已停用)", " (retired)")
    return (item.id, item.name + left, ", ".join(role.value for role in item.roles), item.department_id or "")


# ------------------------------------------------------------------------------------------------ departments


@department.command("add")
def add_department(
    code: OfficeCode,
    name: Annotated[str, typer.Argument(help="名称 · its name")],
    function: Annotated[str, typer.Option(help="职能 · its function, as COMPLAINTS")] = "BUSINESS",
    head: HeadId = None,
    leader: LeaderId = None,
    liaison: LiaisonId = None,
) -> None:
    """登记部门,输出其编号。 Enter a department; prints its id."""
    meant = function_of(function)

    async def add(opened: Application) -> Department:
        of = await directory.the_office(opened.store, code)
        await _check_staff(opened, of, head, leader, liaison)
        return await Registrar(runner=opened.runner).department(
            of, name, meant, head_id=head, leader_in_charge_id=leader, liaison_id=liaison
        )

    typer.echo(work(add).id)


@department.command("set")
def set_department(
    id: Annotated[str, typer.Argument(help="部门编号 · its id")],
    name: Annotated[str | None, typer.Option(help="名称 · another name")] = None,
    head: HeadId = None,
    leader: LeaderId = None,
    liaison: LiaisonId = None,
) -> None:
    """更改部门的名称、负责人、分管领导、联络员。 Change a department's name, head, leader or liaison officer."""

    async def change(opened: Application) -> Department:
        before = await directory.the_department(opened.store, id)
        of = await directory.office_of(opened.store, before.office_id)
        await _check_staff(opened, of, head, leader, liaison)
        return await Registrar(runner=opened.runner).department(
            of,
            name or before.name,
            before.function,
            id=before.id,
            head_id=head or before.head_id,
            leader_in_charge_id=leader or before.leader_in_charge_id,
            liaison_id=liaison or before.liaison_id,
        )

    changed = work(change)
    say(f"已更改 {changed.id} {changed.name}", f"changed {changed.id} {changed.name}")


async def _check_staff(opened: Application, of: Office, *ids: str | None) -> None:
    """Make sure that those named are officers of the office."""
    for id in ids:
        if id is not None:
            await directory.the_officer(opened.store, id, of)


# ------------------------------------------------------------------------------------------------ officers


@officer.command("add")
def add_officer(
    code: OfficeCode,
    name: Annotated[str, typer.Argument(help="姓名 · the name")],
    role: RoleNames,
    department: DepartmentId = None,
) -> None:
    """登记人员,输出其编号。 Enter an officer; prints the id."""
    roles = roles_of(role)

    async def add(opened: Application) -> Officer:
        of = await directory.the_office(opened.store, code)
        if department:
            await directory.the_department(opened.store, department, of)
        return await Registrar(runner=opened.runner).officer(of, name, roles, department_id=department)

    typer.echo(work(add).id)


@officer.command("set")
def set_officer(
    id: Annotated[str, typer.Argument(help="人员编号 · the id")],
    role: Annotated[
        list[str] | None, typer.Option("--role", help="角色,取代原有 · a role instead of those so far")
    ] = None,
    department: DepartmentId = None,
) -> None:
    """更改人员的角色、部门。 Change an officer's roles or department."""
    roles = roles_of(role) if role else None

    async def change(opened: Application) -> Officer:
        before = await directory.the_officer(opened.store, id)
        if department:
            of = await directory.office_of(opened.store, before.office_id)
            await directory.the_department(opened.store, department, of)
        return await _enter_anew(
            opened,
            replace(before, roles=roles or before.roles, department_id=department or before.department_id, active=True),
        )

    changed = work(change)
    say(f"已更改 {changed.id} {changed.name}", f"changed {changed.id} {changed.name}")


@officer.command("retire")
def retire_officer(id: Annotated[str, typer.Argument(help="人员编号 · the id")]) -> None:
    """停用人员:其令牌不再有效。 Retire an officer; their tokens are void from now on."""

    async def retire(opened: Application) -> Officer:
        return await _enter_anew(opened, replace(await directory.the_officer(opened.store, id), active=False))

    retired = work(retire)
    say(f"已停用 {retired.id} {retired.name}", f"retired {retired.id} {retired.name}")


async def _enter_anew(opened: Application, after: Officer) -> Officer:
    return await Registrar(runner=opened.runner).officer(
        await directory.office_of(opened.store, after.office_id),
        after.name,
        after.roles,
        id=after.id,
        department_id=after.department_id,
        active=after.active,
    )
