"""What an operation sends to the database: one statement for each stored root field, the same for all who are alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import pytest
from graphql import GraphQLObjectType

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Locale, Role
from caserisk.store.database import Snapshot
from caserisk.store.tables import metadata
from caserisk_graphql.api.schema import schema
from caserisk_graphql.engine.compiler.bound_values import ConstantValue
from caserisk_graphql.reads.fields import ReadField
from tests.compiler.asking import Asked, WatchedCompiler, cached
from tests.compiler.conftest import Bound
from tests.compiler.documents import Question

BOARD = """query ($first: Int) { cases(first: $first) { totalCount pageInfo { endCursor } edges { cursor node {
    number title level { label scheme { key } } handler { name department { name } } parties { label }
    currentAssessment { status submittedBy { name } } assessments { nodes { reviews { verdict } } }
    activeWarning { status overdue deadlines { dueOn } dispositions(first: 5) { totalCount nodes { description } } }
    timeline(last: 3) { nodes { id ... on WarningChange { status } } }
} } } }"""

LIVE = {
    "Query": {"viewer", "regulation", "plugins"},
    "Office": {"regulation"},
    "Regulation": {"reviewSteps", "planSections", "closingConditions", "issuing"},
}
"""The debts: all that code computes when it is asked for. What is selected of their values is compiled."""

CONNECTION = {"edges", "nodes", "pageInfo", "totalCount"}
"""What the compiler knows of every page, without a declaration."""


@pytest.fixture
def sent(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the statements that are sent to the database during a test, one way or the other."""
    texts: list[str] = []
    database = asked.world.store.database
    alone, within, rows = database.read_row, Snapshot.row, Snapshot.rows

    async def row_alone(statement: str, values: Sequence[Any]) -> Any:
        texts.append(statement)
        return await alone(statement, values)

    async def row_within(snapshot: Snapshot, statement: str, values: Sequence[Any]) -> Any:
        texts.append(statement)
        return await within(snapshot, statement, values)

    async def rows_within(snapshot: Snapshot, statement: Any) -> Any:
        texts.append("read by the reference executor")
        return await rows(snapshot, statement)

    monkeypatch.setattr(database, "read_row", row_alone)
    monkeypatch.setattr(Snapshot, "row", row_within)
    monkeypatch.setattr(Snapshot, "rows", rows_within)
    return texts


def chief(asked: Asked) -> Viewer:
    """Return the chief procurator of the city."""
    return asked.country.city.viewer(Role.CHIEF_PROCURATOR)


def data_of(answer: str) -> Any:
    """Return the data of an answer without errors."""
    read = json.loads(answer)
    assert read["errors"] == []
    return read["data"]


@pytest.mark.parametrize("first", [1, 5, 100])
def test_a_page_is_one_statement_whatever_its_size(asked: Asked, sent: list[str], first: int) -> None:
    data = data_of(asked.compiled(Question(text=BOARD, variables={"first": first}), chief(asked)))

    assert len(data["cases"]["edges"]) == min(first, data["cases"]["totalCount"])
    assert data["cases"]["totalCount"] > 5
    assert len(sent) == 1


def test_pages_of_any_size_share_a_statement(asked: Asked, sent: list[str]) -> None:
    for first in (1, 5, 100):
        asked.compiled(Question(text=BOARD, variables={"first": first}), chief(asked))

    assert len(set(sent)) == 1


def test_statistics_are_one_statement(asked: Asked, sent: list[str]) -> None:
    document = """{ statistics(office: "430200", from: "2025-12-01", to: "2026-12-31") {
        cases assessed warnings warnedCases resolved overdue byLevel { level { code } warnings warnedCases }
        byOffice { office { name } cases warnings overdue } byMonth { month cases warnings resolved }
    } }"""

    data = data_of(asked.compiled(Question(text=document), chief(asked)))

    assert data["statistics"]["cases"] == sum(item["cases"] for item in data["statistics"]["byOffice"]) > 0
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("selected", "tables"),
    [
        ("cases", {"cases"}),
        ("warnings byLevel { warnings }", {"warnings"}),
        ("overdue", {"warnings", "deadlines"}),
        ("byOffice { overdue }", {"cases", "assessments", "warnings", "deadlines"}),
        ("byLevel { level { code } } __typename", {"warnings", "levels"}),
        ("__typename", set()),
    ],
)
def test_what_is_not_selected_is_not_read(asked: Asked, sent: list[str], selected: str, tables: set[str]) -> None:
    document = f'{{ statistics(office: "430200", from: "2026-01-01", to: "2026-12-31") {{ {selected} }} }}'
    question = Question(text=document)

    data_of(asked.compiled(question, chief(asked)))

    [statement] = sent
    handler = asked.country.city.viewer(Role.CASE_HANDLER)
    assert asked.compiled(question, handler) == asked.reference(question, handler)
    read = set(re.findall(r"(?:FROM|JOIN) (cases|assessments|warnings|deadlines|levels)\b", statement))
    assert read == tables | ({"assessments"} if "cases" in tables else set())


def test_several_root_fields_are_a_statement_each(asked: Asked, sent: list[str]) -> None:
    document = '{ a: cases { nodes { id } } office(code: "430200") { name } b: cases(first: 1) { totalCount } }'

    data = data_of(asked.compiled(Question(text=document), chief(asked)))

    assert list(data) == ["a", "office", "b"]
    assert len(sent) == 3


@pytest.mark.parametrize("role", Role, ids=str)
def test_two_officers_who_are_alike_share_a_statement(asked: Asked, sent: list[str], role: Role) -> None:
    question = Question(text="{ cases { nodes { number parties { label } } } warnings { totalCount } }")
    alike = [office.viewer(role) for office in (asked.country.city, asked.country.other)]

    answers = [data_of(asked.compiled(question, viewer)) for viewer in alike]

    for answer, viewer in zip(answers, alike, strict=True):
        assert answer == data_of(asked.reference(question, viewer))
    compiled = [text for text in sent if "json" in text]
    assert len(compiled) == 4
    assert len(set(compiled)) == len(asked.compiler.statements) == 2


COUNTS = """query ($office: String!) { statistics(office: $office, from: "2025-12-01", to: "2026-12-31") {
    cases assessed warnings resolved overdue byLevel { warnings } byOffice { office { name } cases }
    byMonth { month cases }
} }"""
OF_SOMEBODY = {
    "lists": "{ cases { totalCount nodes { number parties { label } handler { name } } } warnings { totalCount } }",
    "counts": COUNTS,
    "filters": "query ($office: String!) { warnings(where: { office: $office }) { nodes { case { title } } } }",
}
"""What is different for each officer."""


@pytest.mark.parametrize("asking", OF_SOMEBODY)
@pytest.mark.parametrize(
    "role",
    [Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE, Role.CASE_MANAGER, Role.CHIEF_PROCURATOR],
    ids=str,
)
def test_nobody_is_answered_with_what_somebody_else_may_see(
    asked: Asked, bound: Bound, asking: str, role: Role
) -> None:
    first, second = (office.viewer(role) for office in (asked.country.city, asked.country.other))

    for viewer in (first, second, first):
        question = Question(text=OF_SOMEBODY[asking], variables={"office": viewer.office.code})
        assert asked.compiled(question, viewer) == asked.reference(question, viewer)

    assert asked.left() == []
    kinds = len(bound) // 3
    assert [text for text, _ in bound[:kinds]] == [text for text, _ in bound[kinds : 2 * kinds]]
    own = of_somebody(first)
    assert own & {value for _, values in bound[:kinds] for value in values}
    assert not own & {value for _, values in bound[kinds : 2 * kinds] for value in values}
    assert not own & {*cached_constants(asked.compiler)}


def of_somebody(viewer: Viewer) -> set[Any]:
    """Return the values that say who somebody is and what they may see."""
    officer, office = viewer.officer, viewer.office
    return {officer.id, office.id, office.path, office.code, officer.department_id, *viewer.led_department_ids} - {None}


def cached_constants(compiler: WatchedCompiler) -> Iterator[Any]:
    """Yield the constants in the templates that are cached, and in the statements."""
    expressions = compiler._expressions
    parameters = [
        *(template.parameters for template in cached(expressions._templates)),
        *(template.parameters for templates in cached(expressions._conjunctions) for template in templates),
        *(statement.viewer_parameters.by_position.values() for statement in compiler.statements),
    ]
    providers = (provider for provider, _ in chain.from_iterable(parameters))
    return (provider.constant for provider in providers if isinstance(provider, ConstantValue))


def test_what_is_cached_has_declared_values(asked: Asked) -> None:
    asked.compiled(Question(text="{ cases { nodes { timeline { nodes { cursor } } } } }"), chief(asked))

    assert "log_" in cached_constants(asked.compiler)


def test_no_name_of_a_table_needs_quotes(asked: Asked) -> None:
    quote = asked.world.engine.dialect.identifier_preparer.quote

    assert [name for name in metadata.tables if quote(name) != name] == []


def test_values_are_bound_and_never_written(asked: Asked, sent: list[str]) -> None:
    document = """{ cases(where: { number: "zzz'q", text: "yyy%q", stage: ["xxx"] }) { nodes { id } } }"""
    viewer = chief(asked)

    asked.compiled(Question(text=document), viewer, Locale.EN)

    [statement] = sent
    values = ("zzz", "yyy", "xxx", viewer.office.id, viewer.office.path, "'en'")
    assert [value for value in values if value in statement] == []


# ------------------------------------------------------------------------------------------------ what is left


def test_a_live_field_in_a_stored_type_leaves_its_root_alone(asked: Asked, sent: list[str]) -> None:
    document = '{ cases(first: 1) { totalCount } office(code: "430200") { name regulation { scheme { name } } } }'

    data = data_of(asked.compiled(Question(text=document), chief(asked)))

    assert data["office"]["regulation"]["scheme"]["name"]
    assert data["cases"]["totalCount"] > 0
    assert asked.left() == ["office"]
    assert [text for text in sent if "json" in text and "totalCount" in text]


def test_what_is_too_much_for_a_statement_leaves_its_root_alone(asked: Asked) -> None:
    """Leave an object of more fields than a function of SQL takes arguments."""
    many = " ".join(f"n{number}: number" for number in range(60))
    question = Question(
        text=f"{{ few: cases(first: 1) {{ totalCount }} many: cases(first: 1) {{ nodes {{ {many} }} }} }}"
    )

    data = data_of(asked.compiled(question, chief(asked)))

    assert data == data_of(asked.reference(question, chief(asked)))
    assert asked.left() == ["many"]


def test_debts_are_what_is_live_and_nothing_else() -> None:
    undeclared: dict[str, set[str]] = {}
    for name, type_ in schema().core.type_map.items():
        if not isinstance(type_, GraphQLObjectType) or name.startswith("__") or name in {"Mutation", "Subscription"}:
            continue
        for field, definition in type_.fields.items():
            declared = isinstance(definition.extensions.get("strawberry-definition"), ReadField)
            if not declared and not (name.endswith("Connection") and field in CONNECTION):
                undeclared.setdefault(name, set()).add(field)

    assert undeclared == LIVE


def test_a_compiler_that_has_seen_nothing_caches_nothing(asked: Asked) -> None:
    compiler = WatchedCompiler(schema(), asked.world.store)

    assert (len(compiler.plans), compiler.statements) == (0, [])
