"""`office`, `department` and `officer`: list and change the organisation, and the options of an office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from caserisk.domain.organisation import Department, Office, Officer
from caserisk.domain.refusals import Refused, invalid
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import DepartmentFunction, Role
from caserisk.registrar import POSTS, Registrar
from caserisk.regulation.layers import Regulation
from caserisk.succession import LeftBehind, find_left_behind, hand_over
from caserisk_graphql.application import Application
from caserisk_graphql.cli import directory
from caserisk_graphql.cli.output import localise, print_message, print_refusal, print_table
from caserisk_graphql.cli.parsing import parse_function, parse_roles
from caserisk_graphql.cli.run import run_job

office = typer.Typer()
department = typer.Typer()
officer = typer.Typer()

OfficeCode = Annotated[str, typer.Argument(metavar="CODE", help="检察院代码 · the office's division code, as 430200")]
HeadId = Annotated[str | None, typer.Option("--head", help="部门负责人编号 · the id of its head")]
LeaderId = Annotated[str | None, typer.Option("--leader", help="分管领导编号 · the id of its leader in charge")]
LiaisonId = Annotated[str | None, typer.Option("--liaison", help="联络员编号 · the id of its liaison officer")]
RoleNames = Annotated[list[str], typer.Option("--role", help="角色,可多次 · a role, may be repeated")]
OfficerId = Annotated[str, typer.Argument(help="人员编号 · the id")]
DepartmentId = Annotated[str | None, typer.Option("--department", help="部门编号 · the id of the department")]

# ------------------------------------------------------------------------------------------------ offices


@office.command("list")
def list_offices() -> None:
    """列出已登记的检察院。 List the offices."""
    offices = run_job(lambda opened: directory.list_offices(opened.store))
    print_table((Text("代码", "CODE"), Text("名称", "NAME")), [(item.code, item.name) for item in offices])


@office.command("show")
def show_office(code: OfficeCode) -> None:
    """显示检察院的办法、选项、部门、人员。 Show an office: its regulation, options, departments and officers."""
    run_job(lambda opened: _print_office(opened, code))


@office.command("add")
def add_office(code: OfficeCode, name: Annotated[str, typer.Argument(help="名称 · its name")]) -> None:
    """登记检察院,或更名。 Enter an office, or give it another name."""
    entered = run_job(lambda opened: Registrar(runner=opened.runner).office(code, name))
    print_message(f"已登记 {entered.code} {entered.name}", f"entered {entered.code} {entered.name}")


@office.command("set")
def set_options(
    code: OfficeCode, chosen: Annotated[list[str], typer.Argument(metavar="KEY=VALUE…", help="选项=值 · the options")]
) -> None:
    """选择办法留给检察院的选项。 Choose where the regulation leaves a choice to the office."""
    pairs = [_parse_pair(item) for item in chosen]

    async def choose(opened: Application) -> None:
        for key, value in pairs:  # each is a command of its own, and an entry of the log
            await Registrar(runner=opened.runner).option(code, key, value)
            print_message(f"{code}:{key} = {value}", f"{code}: {key} = {value}")

    run_job(choose)


def _parse_pair(typed: str) -> tuple[str, str]:
    key, separator, value = typed.partition("=")
    if not separator or not key or not value:
        raise invalid(f"「{typed}」不对;应写作 选项=值", f"{typed!r} is wrong; write key=value", "key")
    return key, value


async def _print_office(opened: Application, code: str) -> None:
    found = await directory.find_office(opened.store, code)
    print_message(f"{found.code} {found.name}", f"{found.code} {found.name}")
    _print_regulation(opened, code, await opened.store.options(code), await opened.store.bound_plugins(code))
    departments = await directory.list_departments(opened.store, found)
    officers = await directory.list_officers(opened.store, found)
    print_table(
        (Text("部门", "DEPARTMENT"), Text("名称", "NAME"), Text("职能", "FUNCTION")),
        [(item.id, item.name, localise(item.function.zh, item.function.value)) for item in departments],
    )
    print_table(
        (Text("人员", "OFFICER"), Text("姓名", "NAME"), Text("角色", "ROLES"), Text("部门", "DEPARTMENT")),
        [_officer_row(item) for item in officers],
    )
    for item in departments:
        _print_vacancies(item, [officer for officer in officers if officer.active])


def _print_vacancies(department: Department, active: Sequence[Officer]) -> None:
    """Print which of its reviewers a department that handles cases lacks."""
    own = [officer for officer in active if officer.department_id == department.id]
    handles = any(Role.CASE_HANDLER in officer.roles for officer in own)
    if not handles and department.function is not DepartmentFunction.BUSINESS:
        return
    led = any(item.id == department.leader_in_charge_id and Role.LEADER_IN_CHARGE in item.roles for item in active)
    headed = any(Role.DEPARTMENT_HEAD in officer.roles for officer in own)
    vacant = [role for role, there in ((Role.DEPARTMENT_HEAD, headed), (Role.LEADER_IN_CHARGE, led)) if not there]
    if not vacant:
        return
    above = any({Role.DEPUTY_CHIEF_PROCURATOR, Role.CHIEF_PROCURATOR} & set(officer.roles) for officer in active)
    zh, en = (
        ("审批由上级代行", "the tiers above review instead") if above else ("也无人可以代行审批", "nobody stands in")
    )
    print_message(
        f"注意:部门「{department.name}」没有在职的{'、'.join(role.zh for role in vacant)},{zh}",
        f"note: department {department.name!r} has no active {' and no '.join(role.en for role in vacant)}; {en}",
    )


def _print_regulation(opened: Application, code: str, chosen: dict[str, str], bound: frozenset[str]) -> None:
    try:
        regulation = Regulation(opened.registry, code, opened.runner.clock(), chosen, bound=bound)
    except Refused as refusal:  # NO_REGULATION: the rest of the office is shown all the same
        print_refusal(refusal)
        return
    layers = [
        f"{layer.plugin.name} {layer.plugin.version}"
        if layer.plugin.installed
        else localise(f"{layer.plugin.name}(已卸载)", f"{layer.plugin.name} (gone)")
        for layer in regulation.layers
    ]
    print_message(f"办法:{'、'.join(layers)}", f"regulation: {', '.join(layers)}")
    values = regulation.option_values
    print_table(
        (Text("选项", "OPTION"), Text("值", "VALUE"), Text("可选", "CHOICES"), Text("说明", "MEANING")),
        [
            (key, values[key], " | ".join(option.choices), localise(option.label.zh, option.label.en))
            for key, (option, _) in regulation.options.items()
        ],
    )


def _officer_row(item: Officer) -> tuple[str, ...]:
    suffix = "" if item.active else localise("(已停用)", " (retired)")
    return (item.id, item.name + suffix, ", ".join(role.value for role in item.roles), item.department_id or "")


# ------------------------------------------------------------------------------------------------ departments


@department.command("add")
def add_department(
    code: OfficeCode,
    name: Annotated[str, typer.Argument(help="名称 · its name")],
    function: Annotated[str, typer.Option(help="职能 · its function, as COMPLAINTS")] = "BUSINESS",
    leader: LeaderId = None,
    liaison: LiaisonId = None,
) -> None:
    """登记部门,输出其编号;负责人以后任命。 Enter a department; prints its id. Its head is appointed later."""
    parsed_function = parse_function(function)

    async def add(opened: Application) -> Department:
        its_office = await directory.find_office(opened.store, code)
        await _check_staff(opened, its_office, leader, liaison)
        return await Registrar(runner=opened.runner).department(
            its_office, name, parsed_function, leader_in_charge_id=leader, liaison_id=liaison
        )

    typer.echo(run_job(add).id)  # the id alone: scripts read it


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
        before = await directory.find_department(opened.store, id)
        its_office = await directory.get_office(opened.store, before.office_id)
        await _check_staff(opened, its_office, head, leader, liaison)
        return await Registrar(runner=opened.runner).department(
            its_office,
            name or before.name,  # an option that is left out changes nothing
            before.function,
            id=before.id,
            head_id=head or before.head_id,
            leader_in_charge_id=leader or before.leader_in_charge_id,
            liaison_id=liaison or before.liaison_id,
        )

    changed = run_job(change)
    print_message(f"已更改 {changed.id} {changed.name}", f"changed {changed.id} {changed.name}")


async def _check_staff(opened: Application, office: Office, *ids: str | None) -> None:
    """Check that the ids are of officers of the office.

    Raises:
        Refused: INVALID, naming the first that is not.
    """
    for id in ids:
        if id is not None:
            await directory.find_officer(opened.store, id, office)


# ------------------------------------------------------------------------------------------------ officers


@officer.command("add")
def add_officer(
    code: OfficeCode,
    name: Annotated[str, typer.Argument(help="姓名 · the name")],
    role: RoleNames,
    department: DepartmentId = None,
) -> None:
    """登记人员,输出其编号。 Enter an officer; prints the id."""
    roles = parse_roles(role)

    async def add(opened: Application) -> Officer:
        its_office = await directory.find_office(opened.store, code)
        if department:
            await directory.find_department(opened.store, department, its_office)
        return await Registrar(runner=opened.runner).officer(its_office, name, roles, department_id=department)

    typer.echo(run_job(add).id)


@officer.command("set")
def set_officer(
    id: OfficerId,
    name: Annotated[str | None, typer.Option(help="姓名 · another name")] = None,
    role: Annotated[
        list[str] | None, typer.Option("--role", help="角色,取代原有 · a role instead of those so far")
    ] = None,
    department: DepartmentId = None,
) -> None:
    """更改人员的姓名、角色、部门。 Change an officer's name, roles or department; who is retired stays retired."""
    roles = parse_roles(role) if role else None

    async def change(opened: Application) -> Officer:
        before = await directory.find_officer(opened.store, id)
        if department:
            its_office = await directory.get_office(opened.store, before.office_id)
            await directory.find_department(opened.store, department, its_office)
        # An option that is left out changes nothing; who is retired comes back by `officer reinstate` alone.
        after = replace(
            before,
            name=name or before.name,
            roles=roles or before.roles,
            department_id=department or before.department_id,
        )
        return await _save_officer(opened, after)

    changed = run_job(change)
    print_message(f"已更改 {changed.id} {changed.name}", f"changed {changed.id} {changed.name}")


@officer.command("retire")
def retire_officer(
    id: OfficerId,
    hand_over_to: Annotated[
        str | None,
        typer.Option(metavar="ID", help="接任其职务、接办其案件的人员 · who takes over their posts and open cases"),
    ] = None,
    leave: Annotated[
        bool, typer.Option("--leave", help="职务、案件保留原状 · leave their posts and cases as they are")
    ] = False,
) -> None:
    """停用人员:令牌失效,职务、案件移交。 Retire an officer: their tokens are void, posts and cases are handed over."""

    async def retire(opened: Application) -> tuple[Officer, LeftBehind]:
        before = await directory.find_officer(opened.store, id)
        its_office = await directory.get_office(opened.store, before.office_id)
        left = await find_left_behind(opened.runner, its_office, before)
        if hand_over_to:
            successor = await directory.find_officer(opened.store, hand_over_to, its_office)
            await hand_over(opened.runner, its_office, left, successor)
        elif (left.posts or left.cases) and not leave:
            raise _still_in_hand(left)
        return await _save_officer(opened, replace(before, active=False)), left

    retired, left = run_job(retire)
    print_message(f"已停用 {retired.id} {retired.name}", f"retired {retired.id} {retired.name}")
    if left.posts or left.cases:
        listed = _posts_and_cases(left)
        zh, en = ("已移交", "handed over") if hand_over_to else ("未移交", "left behind")
        print_message(f"{zh}:{listed.zh}", f"{en}: {listed.en}")
    if left.reviews:
        print_message(
            f"待其审批:{'、'.join(left.reviews)},由接任者或上级审批",
            f"waiting for their review: {', '.join(left.reviews)}; whoever takes over, or the tier above, gives it",
        )


@officer.command("reinstate")
def reinstate_officer(id: OfficerId) -> None:
    """恢复已停用的人员。 Let a retired officer in again; their tokens that have not expired are good again."""

    async def reinstate(opened: Application) -> Officer:
        return await _save_officer(opened, replace(await directory.find_officer(opened.store, id), active=True))

    reinstated = run_job(reinstate)
    print_message(f"已恢复 {reinstated.id} {reinstated.name}", f"reinstated {reinstated.id} {reinstated.name}")


def _still_in_hand(left: LeftBehind) -> Refused:
    listed, waiting = _posts_and_cases(left), Text("", "")
    if left.reviews:
        waiting = Text(f";待审批 {'、'.join(left.reviews)}", f"; waiting reviews in {', '.join(left.reviews)}")
    return invalid(
        f"「{left.officer.name}」尚有:{listed.zh}{waiting.zh};请用 --hand-over-to 移交,或用 --leave 保留原状",
        f"{left.officer.name!r} still has: {listed.en}{waiting.en}; hand it over with --hand-over-to, or leave it with "
        "--leave",
        "officer",
    )


def _posts_and_cases(left: LeftBehind) -> Text:
    """Return the posts and open cases of somebody who leaves, as a list for people."""
    posts = [(department.name, POSTS[post]) for department, post in left.posts]
    numbers = [case.number for case in left.cases]
    zh = [f"部门「{name}」{post.zh}" for name, post in posts] + [f"在办案件 {'、'.join(numbers)}"] * bool(numbers)
    en = [f"{post.en} of department {name!r}" for name, post in posts]
    en += [f"open cases {', '.join(numbers)}"] * bool(numbers)
    return Text(";".join(zh), "; ".join(en))


async def _save_officer(opened: Application, after: Officer) -> Officer:
    return await Registrar(runner=opened.runner).officer(
        await directory.get_office(opened.store, after.office_id),
        after.name,
        after.roles,
        id=after.id,
        department_id=after.department_id,
        active=after.active,
    )
