"""What decides a plan, and what a statement of it: the document, the shape of what is given, the kind of scope."""

from __future__ import annotations

import json
from typing import Any

import pytest

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Locale, Role
from tests.compiler.asking import Asked
from tests.compiler.documents import Question

DOCUMENT = """
query ($first: Int, $after: String, $where: CaseFilter, $order: CaseOrder! = DUE_SOONEST, $parties: Boolean! = true) {
  cases(first: $first, after: $after, where: $where, orderBy: $order) {
    pageInfo { endCursor } nodes { number title @skip(if: $parties) parties @include(if: $parties) { label } }
  }
}
"""


def chief(asked: Asked) -> Viewer:
    """Return the chief procurator of the city."""
    return asked.country.city.viewer(Role.CHIEF_PROCURATOR)


def ask(asked: Asked, text: str = DOCUMENT, locale: Locale = Locale.ZH, **variables: Any) -> Any:
    """Return the data of an answer, which is the reference executor's too."""
    question = Question(text=text, variables=variables)
    answer = asked.compiled(question, chief(asked), locale)
    assert asked.left() == []
    assert answer == asked.reference(question, chief(asked), locale)
    return json.loads(answer)["data"]


def cached_counts(asked: Asked) -> tuple[int, int]:
    """Count the plans and the statements that are cached."""
    return len(asked.compiler.plans), len(asked.compiler.statements)


def test_the_same_again_is_planned_and_written_once(asked: Asked) -> None:
    for _ in range(3):
        ask(asked, first=2)

    assert cached_counts(asked) == (1, 1)


def test_other_values_share_a_statement(asked: Asked) -> None:
    ask(asked, first=2, where={"number": "检", "openedFrom": "2000-01-01T00:00:00Z"})

    ask(asked, first=7, where={"number": "株", "openedFrom": "2026-01-01T00:00:00Z"}, locale=Locale.EN)

    assert cached_counts(asked) == (1, 1)


def test_pages_further_on_share_a_statement(asked: Asked) -> None:
    after, seen = None, 0
    for _ in range(4):
        data = ask(asked, first=3, after=after, order="OPENED_OLDEST")
        after, seen = data["cases"]["pageInfo"]["endCursor"], seen + len(data["cases"]["nodes"])

    assert seen == 12
    assert cached_counts(asked) == (1, 2)  # the first page, and those after a cursor


@pytest.mark.parametrize(
    "given",
    [
        {"where": {"text": "案"}},
        {"where": {"stage": ["odd"]}},
        {"order": "OPENED_NEWEST"},
        {"where": {"open": True}},
        {"where": {"open": False}},
    ],
    ids=str,
)
def test_another_shape_of_arguments_is_another_statement_of_the_plan(asked: Asked, given: dict[str, Any]) -> None:
    ask(asked, first=2)

    ask(asked, first=2, **given)

    assert cached_counts(asked) == (1, 2)


def test_what_directives_are_given_is_another_plan(asked: Asked) -> None:
    [with_parties] = ask(asked, first=1, parties=True)["cases"]["nodes"]
    [without] = ask(asked, first=1, parties=False)["cases"]["nodes"]
    ask(asked, first=5, parties=True)

    assert (list(with_parties), list(without)) == (["number", "parties"], ["number", "title"])
    assert cached_counts(asked) == (2, 2)


def test_another_operation_of_a_document_is_another_plan(asked: Asked) -> None:
    text = "query A { cases(first: 1) { totalCount } } query B { warnings(first: 1) { totalCount } }"

    for operation in ("A", "B", "A"):
        answer = asked.compiled(Question(text=text, operation=operation), chief(asked))
        assert list(json.loads(answer)["data"]) == [{"A": "cases", "B": "warnings"}[operation]]

    assert cached_counts(asked) == (2, 2)


def test_another_kind_of_scope_is_another_statement_of_the_plan(asked: Asked) -> None:
    question = Question(text="{ cases { nodes { number } } }")

    for role in (Role.CHIEF_PROCURATOR, Role.CASE_MANAGER, Role.DEPARTMENT_HEAD, Role.CASE_HANDLER):
        viewer = asked.country.city.viewer(role)
        assert asked.compiled(question, viewer) == asked.reference(question, viewer)

    assert cached_counts(asked) == (1, 4)
