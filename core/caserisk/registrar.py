"""Enter offices, departments, officers and the options an office chooses; each change is an entry of the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from caserisk.command_runner import CommandRunner
from caserisk.commands.validation import MAX_KEY_LENGTH, MAX_NAME_LENGTH, InputValidator
from caserisk.domain.events import Entry, Event
from caserisk.domain.organisation import (
    Department,
    DepartmentRegistered,
    Office,
    Officer,
    OfficeRegistered,
    OfficerRegistered,
    OptionSet,
    PluginRetired,
    is_office_code,
    jurisdiction_chain,
    office_code,
    office_id,
)
from caserisk.domain.refusals import invalid, not_found, unknown_value, wrong_state
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import DepartmentFunction, Role
from caserisk.regulation.layers import Regulation

POSTS = {
    "head_id": Text("负责人", "head"),
    "leader_in_charge_id": Text("分管领导", "leader in charge"),
    "liaison_id": Text("联络员", "liaison officer"),
}
"""The posts of a department, by the attribute of `Department` that names who holds it."""


@dataclass(slots=True, kw_only=True)
class Registrar:
    """Enters the organisation. What is entered again takes the place of what was there."""

    runner: CommandRunner

    async def office(self, code: str, name: str) -> Office:
        """Enter an office; the nearest office above it that is entered is its parent.

        Raises:
            Refused: INVALID, where the code is no division code or the name is empty.
        """
        if not is_office_code(code):
            raise invalid(
                f"「{code[:MAX_KEY_LENGTH]}」不是行政区划代码;应为430200,分院为110000-2",
                f"{code[:MAX_KEY_LENGTH]!r} is no division code; write 430200, a branch 110000-2",
                "code",
            )
        _check_name(name)
        parent = await self._parent(code)
        path = f"{parent.path if parent else '/'}{code}/"
        office = Office(
            id=office_id(code), code=code, name=name.strip(), parent_id=parent.id if parent else None, path=path
        )
        await self._write(office.id, OfficeRegistered(office=office))
        return office

    async def department(
        self,
        office: Office,
        name: str,
        function: DepartmentFunction,
        *,
        id: str | None = None,
        head_id: str | None = None,
        leader_in_charge_id: str | None = None,
        liaison_id: str | None = None,
    ) -> Department:
        """Enter a department, or with its ``id`` enter it anew.

        Raises:
            Refused: INVALID, where the name is empty, or who is to be its head is not of it; NOT_FOUND, where who is to
                hold a post is no active officer of the office.
        """
        _check_name(name)
        before = await self.runner.store.department(id) if id else None
        department = Department(
            id=id or self.runner.new_id("department"),
            office_id=office.id,
            name=name.strip(),
            function=function,
            head_id=head_id,
            leader_in_charge_id=leader_in_charge_id,
            liaison_id=liaison_id,
        )
        await self._check_posts(before, department)
        await self._write(office.id, DepartmentRegistered(department=department))
        return department

    async def officer(
        self,
        office: Office,
        name: str,
        roles: Iterable[Role],
        *,
        id: str | None = None,
        department_id: str | None = None,
        active: bool = True,
    ) -> Officer:
        """Enter an officer, or with their ``id`` enter them anew: other roles, another department, left.

        Raises:
            Refused: INVALID, where the name is empty, or they head a department that they would leave; NOT_FOUND, where
                there is no such department.
        """
        _check_name(name)
        if department_id and await self.runner.store.department(department_id) is None:
            raise not_found("部门", "department", department_id)
        if id and active:
            await self._check_not_head_elsewhere(office, id, department_id)
        officer = Officer(
            id=id or self.runner.new_id("officer"),
            office_id=office.id,
            department_id=department_id,
            name=name.strip(),
            roles=tuple(dict.fromkeys(roles)),
            active=active,
        )
        await self._write(office.id, OfficerRegistered(officer=officer))
        return officer

    async def option(self, code: str, key: str, value: str) -> None:
        """Choose for an office where its regulation leaves a choice.

        Raises:
            Refused: NOT_FOUND, where there is no such office; INVALID, where there is no such option or choice.
        """
        office = await self.runner.store.office(code)
        if office is None:
            raise not_found("检察院", "office", code, "office")
        at, chosen = self.runner.clock(), await self.runner.store.options(code)
        regulation = Regulation(self.runner.registry, code, at, chosen)
        offered = {option_key: option for option_key, (option, _) in regulation.options.items()}
        if key not in offered:
            raise unknown_value("选项", "option", key, offered, "key")
        if value not in offered[key].choices:
            raise unknown_value(f"「{key}」的可选值", f"choice of {key!r}", value, offered[key].choices, "value")
        await self._write(office.id, OptionSet(key=key, value=value))

    async def retire_plugin(self, name: str) -> tuple[str, ...]:
        """Have offices no longer be a plugin's that decided for them and is gone; return their division codes.

        Raises:
            Refused: NOT_FOUND, where no office is bound to it; WRONG_STATE, where it is still installed for all of
                them.
        """
        ids = {item.office_id for item in await self.runner.store.bound_editions() if item.plugin == name}
        if not ids:
            raise not_found("曾作出决定的插件", "plugin that has decided for an office", name, "name")
        codes = sorted(code for code in map(office_code, ids) if self.runner.registry.removed(code, [name]))
        if not codes:
            raise wrong_state(
                f"插件「{name}」仍已安装;请先卸载(pip uninstall),再停用",
                f"plugin {name!r} is installed; uninstall it first (pip uninstall), then retire it",
                "name",
            )
        await self.write_all((office_id(code), PluginRetired(plugin=name)) for code in codes)
        return tuple(codes)

    async def _check_posts(self, before: Department | None, after: Department) -> None:
        """Refuse who is newly appointed and may not be; who held the post before is left in it, retired or not."""
        for post in POSTS:
            officer_id = getattr(after, post)
            if officer_id is None or (before and getattr(before, post) == officer_id):
                continue
            officer = await self.runner.store.officer(officer_id)
            if officer is None or officer.office_id != after.office_id or not officer.active:
                raise not_found("本院在职人员", "active officer of this office", officer_id)
            if post == "head_id":
                check_head(officer, after)

    async def _check_not_head_elsewhere(self, office: Office, id: str, department_id: str | None) -> None:
        loaded = await self.runner.store.load_office(office.code, ())
        for department in loaded.roster.departments if loaded else ():
            if department.head_id == id and department.id != department_id:
                raise invalid(
                    f"此人是部门「{department.name}」的负责人,不能调离;请先为该部门另行任命负责人",
                    f"they head department {department.name!r} and cannot leave it; appoint another head first",
                    "department",
                )

    async def _parent(self, code: str) -> Office | None:
        """Return the nearest office above a division code that is entered."""
        # Offices may be entered in any order and with gaps: a county's next office above may be the province.
        for above in jurisdiction_chain(code)[1:]:
            parent = await self.runner.store.office(above)
            if parent:
                return parent
        return None

    async def _write(self, id: str, event: Event) -> None:
        await self.write_all([(id, event)])

    async def write_all(self, events: Iterable[tuple[str, Event]]) -> None:
        """Write events about offices, each with the id of its office, in one transaction."""
        at, new_id = self.runner.clock(), self.runner.new_id
        await self.runner.store.write_organisation(
            [
                Entry(id=new_id("event"), at=at, office_id=id, case_id=None, actor_id=None, event=event)
                for id, event in events
            ]
        )


def check_head(officer: Officer, department: Department) -> None:
    """Refuse a head who is not of the department: the role of a head counts in one's own department alone.

    Raises:
        Refused: INVALID.
    """
    if officer.department_id != department.id:
        raise invalid(
            f"「{officer.name}」不在部门「{department.name}」,不能任其负责人;请先将其调入该部门",
            f"{officer.name!r} is not of department {department.name!r} and cannot head it; move them there first",
            "head",
        )


def _check_name(name: str) -> None:
    validator = InputValidator()
    validator.check_text(name, MAX_NAME_LENGTH, "name")
    validator.raise_problems()
