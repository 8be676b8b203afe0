"""Check that every requirement has its scenario, and that the document says which."""

from __future__ import annotations

from tests.requirements import DOCUMENT, POSSESSIVES, REQUIRED, document, scenarios


def test_each_requirement_has_its_scenario() -> None:
    held = {scenario.requirement for scenario in scenarios() if scenario.tests}

    assert sorted(set(REQUIRED) - held) == []


def test_each_scenario_quotes_its_sentence() -> None:
    assert [scenario.path for scenario in scenarios() if not scenario.quote] == []


def test_requirements_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run `make requirements`"


def test_each_possessive_is_in_a_name() -> None:
    assert [phrase for phrase in POSSESSIVES if phrase not in document()] == []
