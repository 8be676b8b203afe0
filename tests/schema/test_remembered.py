"""Who an officer is, is remembered; what changes of it holds at once, for whoever asks in whatever way."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace

import pytest

from caserisk.domain.vocabulary import Role
from caserisk.store.viewers import VersionedViewer
from caserisk_graphql.auth import ViewerCache
from tests.support.api import Api, Client
from tests.support.world import ZHUZHOU, StaffedOffice, World

STORED = "{ cases { totalCount } }"
SEVERAL = "{ cases { totalCount } offices { code } }"
LIVE = "{ cases { totalCount } viewer { office { code } } }"
UNCOMPILED = '{ cases { totalCount } office(code: "430200") { regulation { edition } } }'


async def remembering(api: Api, office: StaffedOffice, role: Role) -> Client:
    """An officer as the server remembers them."""
    client = api.of(office, role)
    known = await api.viewers.find(office.officer_id(role))
    assert known is not None
    return replace(client, context=replace(client.context, viewer=known.viewer, viewer_version=known.version))


@pytest.mark.parametrize("document", [STORED, SEVERAL, LIVE, UNCOMPILED])
async def test_what_somebody_may_see_changes_at_once(world: World, document: str) -> None:
    office, api = await world.office(ZHUZHOU), Api(world)
    await world.open_case(office)
    client = await remembering(api, office, Role.CASE_MANAGER)
    officer = office.viewer(Role.CASE_MANAGER).officer
    before = (await client.ask(document))["cases"]["totalCount"]

    await world.registrar.officer(office.office, officer.name, [Role.ADMINISTRATOR], id=officer.id)

    assert before == 1
    assert (await client.ask(document))["cases"]["totalCount"] == 0


@pytest.mark.parametrize("document", [STORED, SEVERAL, LIVE, UNCOMPILED])
async def test_who_has_left_is_nobody_at_once(world: World, document: str) -> None:
    office, api = await world.office(ZHUZHOU), Api(world)
    client = await remembering(api, office, Role.CASE_MANAGER)
    officer = office.viewer(Role.CASE_MANAGER).officer
    await client.ask(document)

    await world.registrar.officer(office.office, officer.name, officer.roles, id=officer.id, active=False)

    _, errors = await client.execute(document)
    assert {error["extensions"]["code"] for error in errors} == {"UNAUTHENTICATED"}


async def test_who_has_left_does_nothing_more(world: World) -> None:
    office, api = await world.office(ZHUZHOU), Api(world)
    case = await world.open_case(office)
    client = await remembering(api, office, Role.CASE_HANDLER)
    officer = office.viewer(Role.CASE_HANDLER).officer
    await world.registrar.officer(office.office, officer.name, officer.roles, id=officer.id, active=False)

    _, errors = await client.execute(
        'mutation ($case: ID!) { advanceCase(input: {case: $case, toStage: "x"}) { cursor } }', case=case
    )

    assert {error["extensions"]["code"] for error in errors} == {"UNAUTHENTICATED"}


async def test_other_changes_leave_it_remembered(world: World) -> None:
    office, api = await world.office(ZHUZHOU), Api(world)
    await world.open_case(office)  # the first decision binds the office to its plugin, which is a change of the office
    client = await remembering(api, office, Role.CASE_MANAGER)

    await world.open_case(office)

    known = await api.viewers.find(office.officer_id(Role.CASE_MANAGER))
    now = await api.viewers.read(office.officer_id(Role.CASE_MANAGER))
    assert known is not None
    assert now is not None
    assert known.version == now.version == client.context.viewer_version
    assert (await client.ask(STORED))["cases"]["totalCount"] == 2


class _Unsettled(ViewerCache):
    """Viewers of an organisation that changes whenever one of them has just been read."""

    def __init__(self, world: World, office: StaffedOffice) -> None:
        super().__init__(world.store)
        self._world, self._office = world, office

    async def read(self, officer_id: str) -> VersionedViewer | None:
        """Read, and change."""
        known = await super().read(officer_id)
        await self._world.registrar.officer(self._office.office, "新到人员", [Role.RECEPTION_OFFICER])
        return known


async def test_a_stream_outlives_changes_of_the_organisation(world: World) -> None:
    office, api = await world.office(ZHUZHOU), Api(world)
    case = await world.open_case(office)
    client = await remembering(api, office, Role.CASE_MANAGER)
    client = replace(client, context=replace(client.context, viewers=_Unsettled(world, office)))

    document = 'subscription ($case: ID!) { caseEvents(case: $case, after: "log_0") { __typename cursor } }'
    async with aclosing(client.follow(document, case=case)) as answers:
        heard = [(await anext(answers))["caseEvents"]["__typename"]]

    assert heard == ["CaseChange"]
