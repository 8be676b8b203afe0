"""Bad arguments of reads give an error with its code in both languages: page sizes, cursors, ids, texts, days."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from caserisk.domain.vocabulary import Locale, Role
from tests.adversarial.attempts import is_in_language
from tests.adversarial.conftest import Country
from tests.support import flows
from tests.support.api import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The city's chief procurator at the API, and what there is to read."""

    country: Country
    warned: flows.Warned

    def client(self, locale: Locale = Locale.ZH) -> Client:
        """Return a client for the chief procurator."""
        return self.country.api.of(self.country.city, Role.CHIEF_PROCURATOR, locale)

    def written(self, document: str) -> str:
        """Return a document with the ids of what there is."""
        places = {"$case": self.warned.case, "$warning": self.warned.warning}
        for name, id in {**places, "$department": self.country.city.department().id}.items():
            document = document.replace(name, id)
        return document

    async def is_refused(self, document: str, code: str = "BAD_INPUT", **variables: Any) -> None:
        """Check that a document is answered with an error of that code, in both languages."""
        for locale in Locale:
            _, errors = await self.client(locale).execute(self.written(document), **variables)
            assert {error["extensions"]["code"] for error in errors} == {code}, (document, variables, errors)
            assert all(is_in_language(locale, error["message"]) for error in errors), errors


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(lasting_country: Country) -> Reader:
    """Provide a client where there is a warned case."""
    warned = await flows.receive_in_zhuzhou(lasting_country.world, lasting_country.city)
    return Reader(country=lasting_country, warned=warned)


# ------------------------------------------------------------------------------------------------ pages

_PAGE = "(%s) { nodes { id } edges { cursor } totalCount }"

PAGED = {
    "cases": f"{{ cases{_PAGE} }}",
    "warnings": f"{{ warnings{_PAGE} }}",
    "notices": f"{{ viewer {{ notices{_PAGE} }} }}",
    "assessments": f'{{ node(id: "$case") {{ ... on Case {{ assessments{_PAGE} }} }} }}',
    "warnings of a case": f'{{ node(id: "$case") {{ ... on Case {{ warnings{_PAGE} }} }} }}',
    "notices of a case": f'{{ node(id: "$case") {{ ... on Case {{ notices{_PAGE} }} }} }}',
    "timeline": f'{{ node(id: "$case") {{ ... on Case {{ timeline{_PAGE} }} }} }}',
    "dispositions": f'{{ node(id: "$warning") {{ ... on Warning {{ dispositions{_PAGE} }} }} }}',
    "officers": f'{{ node(id: "$department") {{ ... on Department {{ officers{_PAGE} }} }} }}',
}
"""A document for every connection there is, to be completed with the arguments of a page."""

LISTED = {
    "cases": "cases.DUE_SOONEST",
    "warnings": "warnings.DUE_SOONEST",
    "notices": "notices.newest",
    "assessments": "assessments.newest",
    "timeline": "events.logged",
    "officers": "officers.id",
}
"""The name that a list's cursors carry."""

PAGES = (
    "first: 0",
    "first: 101",
    "first: -1",
    "last: 0",
    "last: 101",
    "last: -1",
    "first: 1, last: 1",
    "first: 2147483648",
    "first: -99999999999999999999",
    "first: 1.5",
    'first: "1"',
    "first: [1]",
    "first: true",
    "size: 1",
    'after: ""',
    'after: "x"',
    'after: "log_1"',
    'before: "=="',
    'before: "游标"',
    'after: "\\ud800"',
    'after: "\\u0000"',
    'after: ["x"]',
    "after: 1",
    f'after: "{"A" * 2000}"',
)


@pytest.mark.parametrize("name", PAGED)
async def test_a_page_that_is_none_is_refused(reader: Reader, name: str) -> None:
    for page in PAGES:
        await reader.is_refused(PAGED[name] % page)


def _cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize("name", LISTED)
async def test_a_cursor_that_was_made_up_is_refused(reader: Reader, name: str) -> None:
    list_, id, moment = LISTED[name], reader.warned.case, "2026-01-05T02:00:00Z"
    made_up = [
        _cursor(),
        _cursor(list_),
        _cursor(list_, None),
        _cursor(list_, moment, id, "more"),
        _cursor(list_, [moment], id),
        _cursor(list_, moment, {"id": id}),
        _cursor(list_, "yesterday", id),
        _cursor(list_, moment, id + "\0"),
        _cursor(list_, float("nan"), id),
        _cursor(list_, 10**400, id),
        _cursor(list_, -1.5),
        _cursor(list_, 2**63),
        _cursor(list_, True),
        _cursor("cases.OPENED_OLDEST", moment, id),
        _cursor({"list": list_}, moment, id),
        base64.urlsafe_b64encode(b"{}").decode(),
        base64.urlsafe_b64encode(b"[" * 600).decode(),
        base64.urlsafe_b64encode(b'["\\ud800","\\ud800"]').decode(),
    ]

    for cursor in made_up:
        await reader.is_refused(PAGED[name] % f'after: "{cursor}"')
        await reader.is_refused(PAGED[name] % f'last: 1, before: "{cursor}"')


async def test_a_cursor_of_another_order_is_refused(reader: Reader) -> None:
    orders = ("DUE_SOONEST", "OPENED_NEWEST", "OPENED_OLDEST", "SEVERITY_HIGHEST")
    cursors = {
        order: (await reader.client().ask(PAGED["cases"] % f"orderBy: {order}"))["cases"]["edges"][0]["cursor"]
        for order in orders
    }

    for order in orders:
        for other, cursor in cursors.items():
            page = PAGED["cases"] % f'orderBy: {order}, after: "{cursor}"'
            if other == order:
                assert await reader.client().ask(page)
            else:
                await reader.is_refused(page)
    await reader.is_refused(PAGED["warnings"] % f'after: "{cursors["DUE_SOONEST"]}"')


# ------------------------------------------------------------------------------------------------ the log

NO_EVENT_CURSORS = ("", "x", "log_", "log_-1", "log_01", "log_1.0", "log_١", "LOG_1", " log_1", "log_1\0", "\ud800")


@pytest.mark.parametrize("cursor", [*NO_EVENT_CURSORS, "log_" + "9" * 40, 12, 1.5, True, ["log_1"], {"log": 1}])
async def test_an_event_cursor_that_is_none_is_refused(reader: Reader, cursor: Any) -> None:
    document = "query ($after: EventCursor) { events(after: $after) { hasMore } }"

    await reader.is_refused(document, after=cursor)


async def test_an_event_cursor_beyond_the_end_is_unknown(reader: Reader) -> None:
    await reader.is_refused('{ events(after: "log_999999999999999999") { hasMore } }', "UNKNOWN_CURSOR")


@pytest.mark.parametrize("size", ["0", "101", "-1", "2147483648", "1.5", '"1"', "null"])
async def test_a_stretch_of_the_log_has_a_size(reader: Reader, size: str) -> None:
    await reader.is_refused(f"{{ events(first: {size}) {{ hasMore }} }}")


# ------------------------------------------------------------------------------------------------ ids and texts

NO_IDS = (
    "",
    "case",
    "case_",
    "_1",
    "Case_1",
    "case_1\0",
    "case_\ud800",
    "case_" + "x" * 65,
    "thing_1",
    "case 1",
    "案件_1",
)


@pytest.mark.parametrize("id", NO_IDS)
async def test_what_is_no_id_is_refused(reader: Reader, id: str) -> None:
    await reader.is_refused("query ($id: ID!) { node(id: $id) { id } }", id=id)
    await reader.is_refused("query ($id: ID!) { nodes(ids: [$id]) { id } }", id=id)


async def test_an_id_of_nothing_finds_nothing(reader: Reader) -> None:
    ids = ["case_nowhere", reader.warned.case, "event_nowhere", "officer_nowhere"]

    data = await reader.client().ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)

    assert data == {"nodes": [None, {"id": reader.warned.case}, None, None]}


async def test_a_hundred_ids_at_once_and_no_more(reader: Reader) -> None:
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    data = await reader.client().ask(document, ids=[reader.warned.case] * 100)

    assert data == {"nodes": [{"id": reader.warned.case}] * 100}
    await reader.is_refused(document, ids=[reader.warned.case] * 101)


@pytest.mark.parametrize("text", ["U+0000 \0", "\ud800", "长" * 201])
@pytest.mark.parametrize(
    "document",
    [
        "query ($text: String!) { case(number: $text) { id } }",
        "query ($text: String!) { office(code: $text) { id } }",
        "query ($text: String!) { regulation(office: $text) { edition } }",
        'query ($text: String!) { statistics(office: $text, from: "2026-01-01", to: "2026-01-02") { cases } }',
        "query ($text: String!) { cases(where: { text: $text }) { totalCount } }",
        "query ($text: String!) { cases(where: { number: $text }) { totalCount } }",
        "query ($text: String!) { cases(where: { office: $text }) { totalCount } }",
        "query ($text: String!) { cases(where: { stage: [$text] }) { totalCount } }",
        'query ($text: String!) { cases(where: { level: [$text], office: "430200" }) { totalCount } }',
        'query ($text: String!) { warnings(where: { level: [$text], office: "430200" }) { totalCount } }',
        "query ($text: String!) { events(where: { office: $text }) { hasMore } }",
    ],
)
async def test_what_no_text_could_be_is_refused(reader: Reader, document: str, text: str) -> None:
    await reader.is_refused(document, text=text)


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"', "%' OR 1=1 --", "\u202e", "😀", "﷽" * 200])
async def test_odd_text_is_looked_for_as_it_stands(reader: Reader, text: str) -> None:
    document = "query ($text: String!) { cases(where: { text: $text }) { totalCount } case(number: $text) { id } }"

    data = await reader.client().ask(document, text=text)

    assert data == {"cases": {"totalCount": 0}, "case": None}


# ------------------------------------------------------------------------------------------------ the rest

REFUSED = (
    '{ cases(where: { level: ["level-3"] }) { totalCount } }',
    '{ warnings(where: { level: [":level-3"], office: "430200" }) { totalCount } }',
    '{ cases(where: { handler: "x" }) { totalCount } }',
    '{ warnings(where: { case: "" }) { totalCount } }',
    '{ cases(where: { openedFrom: "2026-01-05" }) { totalCount } }',
    "{ cases(where: { severity: [NONE_SUCH] }) { totalCount } }",
    "{ cases(where: { noneSuch: 1 }) { totalCount } }",
    "{ cases(where: []) { totalCount } }",
    "{ cases(orderBy: NEWEST) { totalCount } }",
    "{ cases(orderBy: null) { totalCount } }",
    '{ statistics(office: "430200", from: "2026-01-02", to: "2026-01-01") { cases } }',
    '{ statistics(office: "430200", from: "2026-02-30", to: "2026-03-01") { cases } }',
    '{ statistics(office: "430200", from: "0001-01-01", to: "9999-12-31") { cases } }',
    '{ regulation(office: "430200", on: "tomorrow") { edition } }',
    '{ regulation(office: "430200") { reviewSteps(level: "red") { key } } }',
    '{ regulation(office: "430200") { planSections(kind: SCHEME, level: "red") { key } } }',
    '{ regulation(office: "430200") { planSections(kind: NONE_SUCH) { key } } }',
    '{ node(id: "$case") { ... on Case { levelAsOf(at: "2026-01-05T10:00:00") { code } } } }',
    '{ node(id: "$case") { ... on Case { level { label(locale: FR) } } } }',
    "{ noneSuch }",
    "{ cases }",
    "{ cases { totalCount }",
    "query ($a: NoneSuch) { plugins { name } }",
    "{ ...A } fragment A on Query { ...A }",
)


@pytest.mark.parametrize("document", REFUSED)
async def test_what_makes_no_sense_is_refused(reader: Reader, document: str) -> None:
    await reader.is_refused(document)


async def test_the_longest_period_is_counted(reader: Reader) -> None:
    document = '{ statistics(office: "430200", from: "1900-01-01", to: "2999-12-31") { cases warnings } }'

    assert await reader.client().ask(document) == {"statistics": {"cases": 1, "warnings": 1}}


@pytest.mark.parametrize(("depth", "codes"), [(20, []), (21, ["TOO_COMPLEX"]), (180, ["TOO_COMPLEX"])])
async def test_however_deep_a_document_is_it_breaks_nothing(reader: Reader, depth: int, codes: list[str]) -> None:
    parents = depth - 2  # beside the office and its id
    document = '{ office(code: "430281") ' + "{ parent " * parents + "{ id }" + "}" * parents + " }"

    _, errors = await reader.client().execute(document)

    assert [error["extensions"]["code"] for error in errors] == codes


@pytest.mark.parametrize("opening", ["{ cases(where: { level: " + "[" * 5000, "{ office " + "{ parent " * 5000])
async def test_what_nobody_could_read_is_refused(reader: Reader, opening: str) -> None:
    await reader.is_refused(opening, "TOO_COMPLEX")
