"""Of which cases an answer shows parties is known beside it, whichever executor answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Role
from caserisk_graphql.api.schema import schema
from caserisk_graphql.context import Context
from caserisk_graphql.engine.compiler.compiler import Compiler
from caserisk_graphql.engine.compiler.statement import take_audit_marks
from caserisk_graphql.engine.engine import Engine
from tests.compiler.asking import Asked
from tests.compiler.documents import Question
from tests.support import flows
from tests.support.api import Api, Client
from tests.support.world import ZHUZHOU, World

NESTED = """{ warnings(first: 50) { nodes { id case { id parties { label } more: parties { role } } } }
    cases(first: 50) { edges { node { id parties { label role } assessments { nodes { case { number } } } } } } }"""


def chief(asked: Asked) -> Viewer:
    """Return the chief procurator of the city, who sees the county's cases without parties."""
    return asked.country.city.viewer(Role.CHIEF_PROCURATOR)


def cases_with_parties(value: Any) -> set[str]:
    """Return the ids of the cases in an answer whose parties are in it."""
    if isinstance(value, list):
        return set().union(*map(cases_with_parties, value))
    if not isinstance(value, dict):
        return set()
    own = {value["id"]} if value.get("parties") is not None else set()
    return own.union(*map(cases_with_parties, value.values()))


@pytest.mark.parametrize("executor", ["compiled", "reference"])
def test_cases_whose_parties_are_shown_are_known(asked: Asked, executor: str) -> None:
    answer = getattr(asked, executor)(Question(text=NESTED), chief(asked))

    data = json.loads(answer)["data"]
    shown = cases_with_parties(data)
    seen = {edge["node"]["id"] for edge in data["cases"]["edges"]}
    assert asked.parties_shown == shown
    assert seen - shown  # of some, none are shown
    assert shown & {node["case"]["id"] for node in data["warnings"]["nodes"]}


def test_the_answer_is_the_same_without(asked: Asked) -> None:
    question = Question(
        text=NESTED[:-1] + "texts: cases(first: 50) { nodes { title cause parties { label } stage { label } } } }"
    )

    answer = asked.compiled(question, chief(asked))

    assert asked.left() == []
    assert answer == asked.reference(question, chief(asked))
    assert "case_forged" in answer  # a text that looks like an audit mark


@pytest.mark.parametrize("executor", ["compiled", "reference"])
@pytest.mark.parametrize("selected", ["number", "title parties @skip(if: true) { label }", "handler { id name }"])
def test_whose_parties_are_not_asked_for_is_not_told(asked: Asked, executor: str, selected: str) -> None:
    getattr(asked, executor)(Question(text=f"{{ cases {{ nodes {{ {selected} }} }} }}"), chief(asked))

    assert asked.parties_shown == set()


def test_a_case_by_its_id_is_told(asked: Asked) -> None:
    cases = json.loads(asked.reference(Question(text="{ cases { nodes { id parties { label } } } }"), chief(asked)))
    shown = cases_with_parties(cases["data"])
    ids = " ".join(
        f'a{number}: node(id: "{id}") {{ ... on Case {{ parties {{ label }} }} }}' for number, id in enumerate(shown)
    )

    asked.compiled(Question(text=f"{{ {ids} }}"), chief(asked))

    assert asked.left() == []
    assert asked.parties_shown == shown


# ------------------------------------------------------------------------------------------------ mutations, events


@pytest.fixture(params=["compiled", "reference"])
def operations(world: World, request: pytest.FixtureRequest) -> Engine:
    """Return an engine with either executor."""
    return Engine(schema(), Compiler(schema(), world.store) if request.param == "compiled" else None)


@pytest.fixture
def contexts(monkeypatch: pytest.MonkeyPatch) -> list[Context]:
    """Collect the contexts of the operations that are begun during a test."""
    found: list[Context] = []
    begin = Context.for_operation

    def begun(context: Context) -> Context:
        found.append(begin(context))
        return found[-1]

    monkeypatch.setattr(Context, "for_operation", begun)
    return found


async def test_a_mutations_answer_tells_too(world: World, operations: Engine, contexts: list[Context]) -> None:
    office = await world.office(ZHUZHOU)
    case = await world.open_case(office)
    viewer = office.viewer(Role.CASE_MANAGER)
    client = Client(context=Api(world).client(viewer).context, operations=operations)

    handler = {"handler": office.officer_id(Role.CASE_HANDLER), "department": office.department().id}
    answer = await client.do("assignCase", "case { id parties { label } }", case=case, expectedVersion=2, **handler)

    assert answer["case"]["parties"] is not None
    assert contexts[-1].parties_shown == {case}


async def test_an_event_tells_too(world: World, operations: Engine, contexts: list[Context]) -> None:
    office = await world.office(ZHUZHOU)
    warned = [await flows.warn_in_zhuzhou(world, office) for _ in range(2)]
    client = Client(context=Api(world).client(office.viewer(Role.CASE_HANDLER)).context, operations=operations)
    events = client.follow(
        'subscription { warningChanges(after: "log_0") { warning { case { id parties { label } } } } }'
    )

    shown = [(await anext(events))["warningChanges"]["warning"]["case"]["id"] for _ in warned]
    await events.aclose()

    assert contexts[-1].parties_shown == set(shown) == {item.case for item in warned}


# ------------------------------------------------------------------------------------------------ the text


TEXTS = st.one_of(
    st.text(), st.sampled_from(['"@audited"', '"@audited":"case_1",', '@audited" : "', '\\"@audited" : null, '])
)
VALUES = st.recursive(
    TEXTS | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner)
)


@given(before=VALUES, parties=VALUES, spaced=st.booleans(), shown=st.booleans())
def test_what_stored_texts_say_is_no_audit_mark(before: Any, parties: Any, spaced: bool, shown: bool) -> None:
    separators = (", ", " : ") if spaced else (",", ":")
    case = {"title": before, "@audited": "case_1" if shown else None, "parties": parties, "nodes": [before]}

    text, rows = take_audit_marks(json.dumps([case, before], separators=separators))

    assert json.loads(text) == [{key: value for key, value in case.items() if key != "@audited"}, before]
    assert rows == ({"case_1"} if shown else set())
