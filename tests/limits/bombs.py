"""Query bombs: small requests that would take much, or large ones of the kind that parsers choke on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Bomb = Mapping[str, Any]
"""The members of a request."""


def _doubling(levels: int, selection: str) -> str:
    """Fragments that each spread the next one twice."""
    fragments = (f"fragment f{level} on Office {{ {selection % (level + 1, level + 1)} }}" for level in range(levels))
    return f'{{ office(code: "1") {{ ...f0 }} }} {" ".join(fragments)} fragment f{levels} on Office {{ id }}'


def _nested(opening: str, closing: str, depth: int) -> str:
    return opening * depth + closing * depth


def _lists(depth: int) -> str:
    """Pages in pages, a hundred objects each."""
    return (
        "{ cases(first: 100) { nodes { "
        + "".join(f"warnings(first: 100) {{ nodes {{ case {{ {'id ' if level else ''}" for level in range(depth))
        + "id"
        + " } } }" * depth
        + " } } }"
    )


def _in_lists(value: Any, depth: int) -> Any:
    return [_in_lists(value, depth - 1)] if depth else value


def _case(argument: str) -> str:
    return f"{{ case(number: {argument}) {{ id }} }}"


COMPLEX: Mapping[str, Bomb] = {
    "fragments that each spread the next one twice, in two fields": {
        "query": _doubling(25, "a: parent { ...f%d } b: parent { ...f%d }")
    },
    "lists in lists": {"query": _lists(4)},
    "aliases": {"query": f"{{ {' '.join(f'a{number}: __typename' for number in range(101))} }}"},
    "aliases in a fragment that is spread ten times": {
        "query": "{ "
        + " ".join(f'office(code: "{n}") {{ parent {{ ...f }} }}' for n in range(10))
        + " } fragment f on Office { "
        + " ".join(f"a{n}: id" for n in range(10))
        + " }"
    },
    "root fields": {"query": "{ " + "viewer { roles } " * 50 + "}"},
    "directives": {"query": "{ __typename " + "@skip(if: false) " * 300 + "}"},
    "levels of selections": {"query": '{ office(code: "1") ' + "{ parent " * 100 + "{ id }" + "}" * 100 + " }"},
    "more levels than can be parsed": {"query": "{ office " + "{ parent " * 900},
    "lists in lists of an argument": {"query": _case(_nested("[", "]", 100))},
    "more lists in an argument than can be parsed": {"query": _case(_nested("[", "]", 1400))},
    "objects in objects of an argument": {"query": _case("{ a: " * 100 + "1" + " }" * 100)},
    "tokens": {"query": "{ " + "id " * 20_000 + "}"},
    "comments": {"query": "{ __typename }" + "#\n" * 30_000},
    "the same field again and again": {"query": "{ viewer { " + "roles " * 1900 + "} }"},
    "the same selection again and again": {"query": "{ viewer { " + "officer { id } " * 490 + "} }"},
    "fragments that are all the same": {
        "query": "{ viewer { "
        + " ".join(f"...f{n}" for n in range(150))
        + " } } "
        + " ".join(f"fragment f{n} on Viewer {{ officer {{ id }} }}" for n in range(150))
    },
    "arguments that differ": {
        "query": "{ viewer { " + " ".join(f"notices(first: {n}) {{ totalCount }}" for n in range(200)) + " } }"
    },
    "a field whose name is almost one": {"query": "{ viewer { " + "officerr " * 1900 + "} }"},
    "lists in lists of a variable": {
        "query": "query ($a: [ID!]!) { nodes(ids: $a) { id } }",
        "variables": {"a": _in_lists("x", 40)},
    },
    "many values in a variable": {
        "query": "query ($a: [ID!]!) { nodes(ids: $a) { id } }",
        "variables": {"a": list(range(100_000))},
    },
    "a variable for every number": {
        "query": "{ __typename }",
        "variables": {f"v{number}": number for number in range(50_000)},
    },
}
"""Bombs that are TOO_COMPLEX."""

LARGE: Mapping[str, Bomb] = {
    "a megabyte of tokens": {"query": "{ " + "a " * 500_000 + "}"},
    "ten thousand directives": {"query": "{ __typename " + "@skip(if: false) " * 10_000 + "}"},
    "a text of a megabyte": {"query": _case('"' + "x" * 900_000 + '"')},
    "a block of a megabyte": {"query": _case('"""' + "x\n" * 300_000 + '"""')},
    "escapes": {"query": _case('"' + r"\u0041" * 100_000 + '"')},
    "a number of a hundred thousand digits": {"query": "{ cases(first: " + "9" * 100_000 + ") { totalCount } }"},
    "a name of a hundred thousand letters": {"query": "{ " + "a" * 100_000 + " }"},
    "a megabyte of nothing": {"query": "{ __typename }" + " " * 1_000_000},
}
"""Bombs that are TOO_LARGE."""

BAD: Mapping[str, Bomb] = {
    "a circle of fragments": {
        "query": "{ ...f0 } " + " ".join(f"fragment f{n} on Query {{ ...f{(n + 1) % 100} }}" for n in range(100))
    },
    "a fragment that spreads itself twice": {
        "query": "{ ...f } fragment f on Query { a: viewer { roles } ...f ...f b: viewer { roles } }"
    },
    "a number of four thousand digits": {"query": "{ cases(first: " + "9" * 4200 + ") { totalCount } }"},
    "a number of sixty thousand digits": {"query": "{ cases(first: " + "9" * 60_000 + ") { totalCount } }"},
    "a number of five thousand digits in a variable": {
        "query": "query ($n: Int) { cases(first: $n) { totalCount } }",
        "variables": {"n": 10**4200},
    },
    "fields that there are not": {"query": "{ " + " ".join(f"case{number}" for number in range(15)) + " }"},
    "members of an input object": {"query": "{ cases(where: { " + "opem: true " * 640 + "}) { totalCount } }"},
    "variables that are not used": {"query": f"query ({' '.join(f'$v{n}: Int' for n in range(390))}) {{ __typename }}"},
    "wrong values in a variable": {
        "query": "query ($a: [ID!]!) { nodes(ids: $a) { id } }",
        "variables": {"a": [{"x": number} for number in range(900)]},
    },
}
"""Bombs that are BAD_INPUT."""

HARMLESS: Mapping[str, Bomb] = {
    "fragments that each spread the next one twice": {"query": _doubling(25, "...f%d ...f%d")},
    "fragments and operations": {
        "query": "query a { ...f0 } "
        + " ".join(f"query q{n} {{ ...f0 }}" for n in range(80))
        + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} }}" for n in range(80))
        + " fragment f80 on Query { __typename }",
        "operationName": "a",
    },
    "a long text": {"query": _case('"' + "x" * 60_000 + '"')},
    "lists of introspection": {"query": "{ __schema { types { fields { type { fields { name } } } } } }"},
    "introspection of the introspection": {
        "query": "{ __schema { types { " + "fields { args { type { " * 2 + "name" + " } } }" * 2 + " } } }"
    },
    "names of introspection": {
        "query": "{ __schema { types { fields { type { " + " ".join(f"a{n}: name" for n in range(45)) + " } } } } }"
    },
}
"""What looks like a bomb, and is answered."""
