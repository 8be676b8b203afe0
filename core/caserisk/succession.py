"""Say what hangs on an officer who leaves, and hand it over: posts and open cases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from caserisk.command_runner import CommandRunner
from caserisk.commands.cases import AssignCase
from caserisk.domain.organisation import Department, Office, Officer
from caserisk.domain.refusals import invalid
from caserisk.domain.reviewers import find_reviewers
from caserisk.domain.vocabulary import Role
from caserisk.registrar import POSTS, Registrar, check_head
from caserisk.store.store import CaseInHand


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """What an ``officer`` leaves behind.

    ``posts`` are the departments with the attributes that name the officer. ``reviews`` are the numbers of the cases
    whose assessment waits for a review that nobody else could give now.
    """

    officer: Officer
    posts: tuple[tuple[Department, str], ...]
    cases: tuple[CaseInHand, ...]
    reviews: tuple[str, ...]


async def find_left_behind(runner: CommandRunner, office: Office, officer: Officer) -> LeftBehind:
    """Return what an officer would leave behind."""
    loaded = await runner.store.load_office(office.code, ())
    departments = loaded.roster.departments if loaded else ()
    return LeftBehind(
        officer=officer,
        posts=tuple(
            (department, post)
            for department in departments
            for post in POSTS
            if getattr(department, post) == officer.id
        ),
        cases=tuple(await runner.store.cases_in_hand(officer.id)),
        reviews=tuple([number async for number in _waiting_reviews(runner, office, officer)]),
    )


async def hand_over(runner: CommandRunner, office: Office, left: LeftBehind, successor: Officer) -> None:
    """Appoint a successor to the posts and assign the open cases to them, each as an entry of the log.

    Raises:
        Refused: INVALID, where the successor cannot take everything on; then nothing is handed over.
    """
    _check_successor(left, successor)
    for case in left.cases:
        assignment = AssignCase(case=case.id, department=str(case.department_id), handler=successor.id)
        await runner.execute(assignment, viewer=None)
    taken: dict[str, Department] = {}
    for department, post in left.posts:
        before = taken.get(department.id, department)
        taken[department.id] = replace(before, **{post: successor.id})  # type: ignore[arg-type]  # an attribute of POSTS
    for department in taken.values():
        await Registrar(runner=runner).department(
            office,
            department.name,
            department.function,
            id=department.id,
            head_id=department.head_id,
            leader_in_charge_id=department.leader_in_charge_id,
            liaison_id=department.liaison_id,
        )


def _check_successor(left: LeftBehind, successor: Officer) -> None:
    if not successor.active or successor.id == left.officer.id:
        raise invalid(
            f"「{successor.name}」已停用或即将停用", f"{successor.name!r} is retired, or retires", "successor"
        )
    for department, post in left.posts:
        if post == "head_id":
            check_head(successor, department)
    for case in left.cases:
        in_department = case.department_id is not None and case.department_id == successor.department_id
        if Role.CASE_HANDLER not in successor.roles or not in_department:
            raise invalid(
                f"「{successor.name}」不是案件「{case.number}」承办部门的案件承办人,不能接办",
                f"{successor.name!r} is no case handler of the department that handles case {case.number!r}",
                "successor",
            )


async def _waiting_reviews(runner: CommandRunner, office: Office, officer: Officer) -> AsyncIterator[str]:
    for id in await runner.store.assessments_in_review(office.id):
        loaded = await runner.store.load(id, ())
        if loaded and loaded.file:
            roster = await runner.store.with_staff(loaded.roster)
            reviewers = find_reviewers(loaded.file, loaded.file.assessments[id], roster)
            if reviewers and reviewers.officer_ids == {officer.id}:
                yield loaded.file.case.number
