"""What a client could have at hand: ids, codes, numbers, cursors that the API gave; and things that it never gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from caserisk_graphql.reads.stored_types import STORED_TYPES
from tests.compiler.data import COUNTY, MOMENTS, TEXTS, Country
from tests.support.api import Api
from tests.support.world import HUIZHOU, SHANDONG, ZHUZHOU

WRONG_IDS = ("", "x", "case", "case_", "regulation_1", "案件_1", "case_a b", "case_" + "a" * 65, "_1", "CASE_1")
WRONG_CURSORS = ("", "x", "cases.DUE_SOONEST~", "cases.DUE_SOONEST~~", "events.logged~0~1", "log_0", "~" * 400)
WRONG_POSITIONS = ("", "log_", "log_-1", "log_01", "log_999999999999999999", "1")
WRONG_LEVELS = ("red", ":", "a:b:c", "x" * 200)

_ORDERS = "DUE_SOONEST", "{noun}_NEWEST", "{noun}_OLDEST", "SEVERITY_HIGHEST"
_NESTED = """
    id notices(first: 9) { edges { cursor } } assessments { edges { cursor } } warnings { edges { cursor } }
    timeline(last: 9) { edges { cursor } } department { officers { edges { cursor } } }
    activeWarning { dispositions { edges { cursor } } }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Values by what they are; ``ids`` by the word they begin with, ``cursors`` by the order they belong to."""

    ids: Mapping[str, Sequence[str]]
    cursors: Mapping[str, Sequence[str]]
    numbers: Sequence[str]
    levels: Sequence[str]
    stages: Sequence[str]
    codes: Sequence[str] = (ZHUZHOU, COUNTY, SHANDONG, HUIZHOU, "999999", "", "%")
    texts: Sequence[str] = ("故意", "%", "_", "\\", "O'B", '"', "SS", "ß", "a", "号", "😀", TEXTS[8][:200], "")
    moments: Sequence[str] = tuple(moment.isoformat() for moment in (*MOMENTS, MOMENTS[1].replace(microsecond=999_999)))
    days: Sequence[str] = ("2025-12-31", "2026-01-01", "2026-07-31", "1999-12-31", "2900-01-01")


async def fill(api: Api, country: Country) -> Pool:
    """Return the pool of a country, read by those who see most of it."""
    engine = api.world.engine
    cursors: dict[str, list[str]] = defaultdict(list)
    for office in (country.city, country.province, country.other):
        client = api.of(office, Role.CHIEF_PROCURATOR)
        for answer in [await client.ask(document) for document in _documents()]:
            for cursor in _cursors(answer):
                cursors[cursor.partition("~")[0] if "~" in cursor else "log"].append(cursor)
    return Pool(
        ids={item.prefix: await _ids(engine, table) for table, item in STORED_TYPES.items() if item.prefix},
        cursors=cursors,
        numbers=await _column(engine, t.cases.c.number),
        levels=await _column(engine, t.levels.c.scheme_key.concat(":").concat(t.levels.c.code)),
        stages=sorted(set(await _column(engine, t.cases.c.stage_key))),
    )


def _documents() -> Iterator[str]:
    for noun, verb, selection in (("cases", "OPENED", _NESTED), ("warnings", "ISSUED", "id")):
        for order in _ORDERS:
            chosen = f"orderBy: {order.format(noun=verb)}, first: 100"
            yield f"{{ {noun}({chosen}) {{ edges {{ cursor node {{ {selection} }} }} }} }}"
    yield "{ events { events { cursor } } }"


def _cursors(answer: Any) -> Iterator[str]:
    if isinstance(answer, dict):
        if "cursor" in answer:
            yield answer["cursor"]
        answer = list(answer.values())
    if isinstance(answer, list):
        for part in answer:
            yield from _cursors(part)


async def _ids(engine: AsyncEngine, table: Any) -> list[str]:
    return [*(await _column(engine, table.c.id))[:40], f"{STORED_TYPES[table].prefix}_unknown"]


async def _column(engine: AsyncEngine, column: Any) -> list[Any]:
    async with engine.connect() as connection:
        return list((await connection.execute(select(column).order_by(column))).scalars())
