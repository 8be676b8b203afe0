"""Along every path of the schema nobody meets what is not theirs to see."""

from __future__ import annotations

import msgspec
import pytest
from graphql import GraphQLObjectType

from caserisk.domain.vocabulary import Role
from tests.authority.country_api import VIEWERS, CountryApi, Findings, walk_from
from tests.authority.schema_walk import CORE, reachable, walk
from tests.support.api import Answer

ROOTS: dict[str, list[Answer]] = {
    "node": [],
    "nodes": [],
    "viewer": [{}],
    "office": [{"code": "430200"}, {"code": "370000"}],
    "offices": [{}],
    "case": [{"number": "〖1C〗号"}, {"number": "〖9C〗号"}],
    "cases": [{"orderBy": "OPENED_NEWEST"}],
    "warnings": [{"orderBy": "ISSUED_OLDEST", "where": {"severity": ["HIGH"]}}],
    "events": [{"after": f"log_{position}"} for position in (0, 130, 200)],
    "regulation": [{"office": "430200"}, {"office": "370000"}],
    "statistics": [{"office": code, "from": "1999-01-01", "to": "2026-12-31"} for code in ("430200", "370000")],
    "plugins": [{}],
}
"""What each root field is asked for; `node` and `nodes` for some of everything that has an id."""


def asked_for(asked: CountryApi, root: str) -> list[Answer]:
    """Return the arguments that a root field is asked with."""
    some = _some_of_everything(asked)
    if root == "node":
        return [{"id": id} for id in some[::9]]
    if root == "nodes":
        return [{"ids": some}]
    return ROOTS[root]


def _some_of_everything(asked: CountryApi) -> list[str]:
    """Return ids of every type, of every office."""
    return [id for ids in asked.stored.by_prefix.values() for id in ids[:: max(1, len(ids) // 4)]]


def test_every_field_is_walked() -> None:
    query, subscription = CORE.query_type, CORE.subscription_type
    assert query
    assert subscription
    walks = [walk("query", root) for root in query.fields]
    walks += [walk("subscription", root) for root in subscription.fields]

    assert set(ROOTS) == set(query.fields)
    assert {edge for item in walks for edge in item.edges} == reachable()


def test_walks_meet_every_type(asked: CountryApi, executor: str) -> None:
    """Or they could not find that it is shown to the wrong people."""
    viewer, met = asked.viewer("city CHIEF_PROCURATOR"), set[str]()
    for root in ROOTS:
        for given in asked_for(asked, root):
            met |= _types(asked.ask(executor, viewer, walk_from(executor, root).text, **given))

    node = CORE.type_map["Node"]
    nodes = {
        item.name for item in CORE.type_map.values() if isinstance(item, GraphQLObjectType) and node in item.interfaces
    }
    assert nodes <= met


def _types(value: object) -> set[str]:
    if isinstance(value, list):
        return {name for inner in value for name in _types(inner)}
    if isinstance(value, dict):
        return {value.get("__typename", ""), *(name for inner in value.values() for name in _types(inner))}
    return set()


def test_what_others_see_is_recognised(asked: CountryApi) -> None:
    """A chief's answer, read as if somebody else had been given it."""
    chief, document = asked.viewer("city CHIEF_PROCURATOR"), walk_from("reference", "cases").text
    text = asked.answer("reference", chief, document, where={"number": "〖"})

    apart = Findings.of(text, asked.sight(asked.viewer("province CHIEF_PROCURATOR")), asked.country).leaks
    without_parties = Findings.of(text, asked.sight(asked.viewer("city INTEGRATOR")), asked.country).leaks

    assert {"Case", "Warning", "Officer", "a", "the"} <= {leak.partition(" ")[0] for leak in apart}
    assert {"the parties of", "a text P of"} <= {leak.rpartition(" ")[0] for leak in without_parties}


@pytest.mark.parametrize(
    ("executor", "who"),
    [
        *(("compiled", who) for who in VIEWERS),
        *(("reference", who) for who in VIEWERS if not who.startswith("county")),
    ],
)
def test_nothing_is_met_that_is_not_granted(asked: CountryApi, executor: str, who: str) -> None:
    viewer = asked.viewer(who)
    sight = asked.sight(viewer)

    for root in ROOTS:
        document = walk_from(executor, root).text
        for given in asked_for(asked, root)[: 1 if (executor, root) == ("compiled", "node") else None]:
            text = asked.answer(executor, viewer, document, **given)

            assert '"errors"' not in text, (root, given, msgspec.json.decode(text)["errors"])
            assert Findings.of(text, sight, asked.country).leaks == [], (root, given)
            if executor == "compiled" and root not in ("regulation", "plugins"):
                assert asked.left_because is None, (root, given)


def test_everything_that_is_granted_can_be_found(asked: CountryApi, executor: str) -> None:
    """And nothing else: by ids that were guessed, of all that there is."""
    every, invented = sorted(asked.stored.ids), [f"{prefix}_none" for prefix in asked.stored.by_prefix]
    batches = [[*invented, *every[start : start + 80]] for start in range(0, len(every), 80)]
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    for who in [who for who in VIEWERS if not who.startswith("county")]:
        viewer = asked.viewer(who)
        granted = asked.sight(viewer).granted
        for ids in batches:
            found = asked.ask(executor, viewer, document, ids=ids)["nodes"]
            assert found == [{"id": id} if id in granted else None for id in ids], who


def test_a_number_finds_what_is_seen(asked: CountryApi, executor: str) -> None:
    marked = [*asked.country.marks.values(), *list(asked.stored.cases)[:4]]
    numbers = {asked.stored.cases[id]["number"]: id for id in marked}

    for who in VIEWERS:
        viewer = asked.viewer(who)
        seen = asked.sight(viewer).cases
        document = "query ($n: String!) { case(number: $n) { id } }"
        for number, id in numbers.items():
            found = asked.ask(executor, viewer, document, n=number)["case"]
            assert found == ({"id": id} if id in seen else None), (who, number)


def test_roles_are_all_asked() -> None:
    assert {who.partition(" ")[2] for who in VIEWERS} >= {str(role) for role in Role}
