"""What is counted is what is seen."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from caserisk.store import tables as t
from tests.authority.country_api import VIEWERS, CountryApi
from tests.authority.visibility_oracle import Row, Visibility
from tests.support.api import Answer

TOTALS = """
{ cases(first: 100) { totalCount edges { cursor } nodes {
    id assessments { totalCount } warnings { totalCount } notices { totalCount } timeline { totalCount } } }
  warnings(first: 100) { totalCount nodes { id dispositions { totalCount } } }
  viewer { notices { totalCount } }
  offices { departments { id officers { totalCount } } } }
"""
COUNTS = """
query ($office: String!) { statistics(office: $office, from: "1900-01-01", to: "2999-12-31") {
  cases assessed warnings warnedCases resolved overdue
  byOffice { office { id } cases warnings overdue } byLevel { warnings } byMonth { cases warnings resolved } } }
"""
OFFICES = ("430200", "430281", "370000", "441300", "430000", "999999")


@pytest.mark.parametrize("who", VIEWERS)
def test_totals_are_of_what_is_seen(asked: CountryApi, executor: str, who: str) -> None:
    viewer = asked.viewer(who)
    sight = asked.sight(viewer)

    data = asked.ask(executor, viewer, TOTALS)

    assert data["cases"]["totalCount"] == len(data["cases"]["edges"]) == len(sight.cases)
    assert data["warnings"]["totalCount"] == len(sight.of_table(t.warnings))
    assert data["viewer"]["notices"]["totalCount"] == len(sight.told)
    for case in data["cases"]["nodes"]:
        for name, table in {"assessments": t.assessments, "warnings": t.warnings, "notices": t.notices}.items():
            assert case[name]["totalCount"] == _count(sight.of_table(table), case_id=case["id"]), (case, name)
        assert case["timeline"]["totalCount"] == _count(sight.events, case_id=case["id"])
    for warning in data["warnings"]["nodes"]:
        expected = _count(sight.of_table(t.dispositions), warning_id=warning["id"])
        assert warning["dispositions"]["totalCount"] == expected
    for department in (item for office in data["offices"] for item in office["departments"]):
        serving = _count(sight.of_table(t.officers), department_id=department["id"], active=True)
        assert department["officers"]["totalCount"] == serving


@pytest.mark.parametrize("who", VIEWERS)
def test_statistics_count_what_is_seen(asked: CountryApi, executor: str, who: str) -> None:
    viewer = asked.viewer(who)
    sight = asked.sight(viewer)

    for office in OFFICES:
        counted = asked.ask(executor, viewer, COUNTS, office=office)["statistics"]

        of_office = {key: counted.pop(key) for key in ("byOffice", "byLevel", "byMonth")}
        assert counted == expected_counts(sight, office, asked.world.now)
        assert _sums(of_office["byOffice"]) == _sums([counted], "cases", "warnings", "overdue")
        assert _sums(of_office["byMonth"]) == _sums([counted], "cases", "warnings", "resolved")
        assert _sums(of_office["byLevel"]) == _sums([counted], "warnings")
        assert {item["office"]["id"] for item in of_office["byOffice"]} == offices_of_cases(sight, office)


def offices_of_cases(sight: Visibility, code: str) -> set[str]:
    """Return the ids of the offices, an office of a code and those below it, of which a case is seen."""
    offices = sight.stored.rows[t.offices]
    path = next((office["path"] for office in offices.values() if office["code"] == code), None)
    within = {id for id, office in offices.items() if path and office["path"].startswith(path)}
    return {row["office_id"] for row in sight.of_table(t.cases)} & within


def expected_counts(sight: Visibility, code: str, now: datetime) -> Answer:
    """Count the cases and warnings of an office and those below it, over all time until now."""
    within = offices_of_cases(sight, code)
    cases = {row["id"] for row in sight.of_table(t.cases) if row["office_id"] in within}
    warnings = [row for row in sight.of_table(t.warnings) if row["case_id"] in cases]
    confirmed = {row["case_id"] for row in sight.of_table(t.assessments) if row["status"] == "CONFIRMED"}
    return {
        "cases": len(cases),
        "assessed": len(cases & confirmed),
        "warnings": len(warnings),
        "warnedCases": len({row["case_id"] for row in warnings}),
        "resolved": sum(row["resolved_at"] is not None for row in warnings),
        "overdue": sum(row["due_at"] is not None and row["due_at"] <= now for row in warnings),
    }


def _count(rows: list[Row], **wanted: Any) -> int:
    return sum(all(row[name] == value for name, value in wanted.items()) for row in rows)


def _sums(counted: list[Answer], *names: str) -> Counter[str]:
    """Sum what is counted, and leave out zeros."""
    sums = Counter[str]()
    for item in counted:
        sums.update({name: value for name, value in item.items() if isinstance(value, int) and name in (names or item)})
    return +Counter({name: value for name, value in sums.items() if name != "warnedCases"})
