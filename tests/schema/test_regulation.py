"""The regulation in force: asked when it is queried, its values read through the types that stored documents have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.vocabulary import PlanKind
from caserisk_graphql.context import Value
from tests.schema.conftest import Api
from tests.schema.rows import REASON, RESPONSIBILITY, STAGE, STEP, Rows, both

PLUGIN = {
    "name": "caserisk-zhuzhou",
    "version": "1.0",
    "jurisdictions": ["430200"],
    "hooks": ["caserisk_terms"],
    "status": "FAULTY",
    "problem": "too slow",
}


def described() -> dict[str, Any]:
    """What a regulation answers; a level names its scheme, and the scheme its levels."""
    scheme: dict[str, Any] = {"key": "zhuzhou", "name": both("四级", "Four"), "version": "1", "reasons": [REASON]}
    red: dict[str, Any] = {"code": "red", "label": both("红", "Red"), "number": None, "rank": 1, "severity": "HIGH"}
    red |= {"colour": {"name": both("红色", "Red"), "hex": "#ff0000"}, "scheme": scheme}
    scheme["levels"] = [red]
    option = {"key": "numbering", "label": both("编号", "Numbering"), "default": "b", "choices": ["a", "b"]}
    term = {"deadline": "RESOLUTION", "label": both("结案", "Conclusion"), "term": "P15D", "reasons": [REASON]}
    factor = {"key": "f", "label": both("因素", "Factor"), "group": both("组", "Group"), "kind": "CHOICE"}
    return {
        "layers": [PLUGIN],
        "edition": "2011",
        "options": [{**option, "value": "a", "reasons": [REASON]}],
        "scheme": scheme,
        "stages": [STAGE],
        "factors": [{**factor, "required": True, "options": [{"value": "x", "label": both("甲", "X")}]}],
        "measures": [{"key": "mediation", "label": both("调解", "Mediation")}],
        "responsibilities": [{"level": red, "responsibility": RESPONSIBILITY}],
        "terms": [{"level": None, **term}],
        "cites": [REASON["citation"]],
    }


@dataclass
class Regulated:
    """Regulates Zhuzhou alone, and remembers what it was asked."""

    asked: list[tuple[object, ...]] = field(default_factory=list)

    async def describe(self, office: str, day: date) -> Value | None:
        self.asked.append((office, day))
        return described() if office == "430200" else None

    async def review_steps(self, office: str, day: date, *, level: str | None, has_risk: bool) -> Sequence[Value]:
        self.asked.append((office, day, level, has_risk))
        return [STEP]

    async def plan_sections(self, office: str, day: date, *, kind: PlanKind, level: str | None) -> Sequence[Value]:
        self.asked.append((office, day, kind, level))
        return [{"key": "persons", "label": both("责任人", "Persons"), "required": True, "reasons": [REASON]}]

    async def closing_conditions(self, office: str, day: date, *, level: str | None) -> Sequence[Value]:
        self.asked.append((office, day, "closing", level))
        return [{"key": "c", "label": both("息诉", "Settled"), "reasons": [REASON]}]

    async def issuing(self, office: str, day: date, *, level: str | None) -> Value:
        self.asked.append((office, day, "issuing", level))
        roles = {"roles": ["DEPARTMENT_HEAD"], "lifted_by": ["LEADER_IN_CHARGE"]}
        return {"warns": True, "automatic": False, **roles, "reasons": [REASON]}

    async def plugins(self) -> Sequence[Value]:
        return [PLUGIN]


REGULATION = """
{ regulation(office: "430200", on: "2011-11-10") {
    office { code } layers { name version jurisdictions hooks status problem } edition
    options { key label value default choices reasons { rule } }
    scheme { key name version reasons { rule }
        levels { code label(locale: EN) rank colour { name hex } scheme { key } } }
    stages { key label } factors { key label group kind required options { value label } }
    reviewSteps(level: "red") { key label role decidesLevel reasons { rule } }
    noRisk: reviewSteps(hasRisk: false) { key }
    planSections(kind: SCHEME) { key label required reasons { rule } }
    closingConditions { key label reasons { rule } } grave: closingConditions(level: "red") { key }
    issuing(level: "red") { warns automatic roles liftedBy reasons { rule } } measures { key label }
    responsibilities { level { code scheme { levels { code } } } responsibility { handles resolves supervises leads
        duties { key label roles } reasons { text citation { document article quote } assumed plugin pluginVersion } } }
    terms { level { code } deadline label term reasons { rule } } cites { document quote }
} }
"""


async def test_a_regulation_is_read_whole(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    await rows.insert(engine)
    chief.regulations = Regulated()

    regulation = (await chief.ask(REGULATION))["regulation"]

    assert regulation["office"] == {"code": "430200"}
    assert regulation["layers"] == [PLUGIN]
    level = {"code": "red", "label": "Red", "rank": 1, "colour": {"name": "红色", "hex": "#ff0000"}}
    assert regulation["scheme"]["levels"] == [{**level, "scheme": {"key": "zhuzhou"}}]
    assert regulation["factors"][0]["group"] == "组"
    assert regulation["responsibilities"][0]["level"] == {"code": "red", "scheme": {"levels": [{"code": "red"}]}}
    assert regulation["terms"][0]["level"] is None
    day = date(2011, 11, 10)
    assert chief.regulations.asked == [
        ("430200", day),
        ("430200", day, "red", True),
        ("430200", day, None, False),
        ("430200", day, PlanKind.SCHEME, None),
        ("430200", day, "closing", None),
        ("430200", day, "closing", "red"),
        ("430200", day, "issuing", "red"),
    ]


async def test_today_is_the_day_where_none_is_given(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    """An office that nothing regulates, or that is not seen, has no regulation."""
    await rows.insert(engine)
    chief.regulations = Regulated()

    data = await chief.ask(
        """{ own: regulation(office: "430200") { edition } province: regulation(office: "430000") { edition }
             elsewhere: regulation(office: "370000") { edition } unknown: regulation(office: "999999") { edition }
             office(code: "430200") { regulation { edition } children { regulation { edition } } }
             plugins { name status problem } }"""
    )

    assert data == {
        "own": {"edition": "2011"},
        "province": None,
        "elsewhere": None,
        "unknown": None,
        "office": {"regulation": {"edition": "2011"}, "children": [{"regulation": None}]},
        "plugins": [{"name": "caserisk-zhuzhou", "status": "FAULTY", "problem": "too slow"}],
    }
    today = date(2011, 11, 20)
    assert sorted(map(str, chief.regulations.asked)) == sorted(
        str((office, today)) for office in ("430000", "430200", "430200", "430281")
    )
