"""What holds of every document: the compiler answers as the reference executor, and leaves only what is known."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import islice
from random import Random
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from caserisk.domain.vocabulary import Locale
from tests.compiler.asking import Asked
from tests.compiler.documents import LIVE, Question, Walk

OVERFLOWS = sqlite3.sqlite_version_info < (3, 46)
"""Whether SQLite's parser has a stack of a fixed size."""

SHALLOW = 6
"""So many levels of selections, one in the other, are never too deep for it."""


def agree(asked: Asked, random: Random) -> None:
    """Ask a random document of both executors twice, the second time with other variables as somebody else."""
    questions = Walk(random=random, pool=asked.pool).questions()
    viewers, locales = asked.two_alike(random), [random.choice(list(Locale)) for _ in questions]
    for question, viewer, locale in zip(questions, viewers, locales, strict=True):
        expected, expected_parties = asked.reference(question, viewer, locale), asked.parties_shown

        found = asked.compiled(question, viewer, locale)

        if found != expected:
            raise AssertionError(f"{question}\n{viewer}\n{locale}\n{differences(expected, found)}")
        answer = json.loads(expected)
        if not answer["errors"] and asked.parties_shown != expected_parties:
            raise AssertionError(f"{question}\n{viewer}\n{expected_parties}\n{asked.parties_shown}")
        unseen = asked.reason and asked.reason.__cause__
        if not answer["errors"] and None not in question.variables.values() and not isinstance(unseen, GraphQLError):
            hold_to_the_debts(asked, question, answer["data"])


def hold_to_the_debts(asked: Asked, question: Question, data: Mapping[str, Any]) -> None:
    """Check that what was just asked was left to the reference executor only where that is known of it."""
    roots, left = roots_of(question), asked.left()
    deep = {key for key in data if asked.kind == "sqlite" and OVERFLOWS and roots[key].depth > SHALLOW}
    live = {key for key in data if roots[key].names & set(LIVE) or not roots[key].names}
    reason = str(asked.reason)
    if reason == "refused by the database":
        assert deep, f"{question} is too deep"
    elif reason in LIVE:  # beneath a live root, of which it is only known when its value is there
        assert live, f"{question} is left: {reason}"
    else:
        assert set(data if left is None else left) <= live | deep, f"{question} is left: {asked.reason}"


def differences(expected: str, found: str) -> str:
    """Return the lines of two answers that differ."""
    lines = unified_diff(expected.splitlines(), found.splitlines(), "reference", "compiled", lineterm="", n=2)
    return "\n".join(line[:200] for line in islice(lines, 60))


# ------------------------------------------------------------------------------------------------ what is asked


@dataclass(slots=True)
class Selections:
    """What is selected under a response key: the names of all fields, and how deep it goes."""

    names: set[str] = field(default_factory=set)
    depth: int = 0


def roots_of(question: Question) -> Mapping[str, Selections]:
    """Return the root fields of a document's operation by response key, whatever its directives say."""
    definitions = parse(question.text).definitions
    fragments = {item.name.value: item for item in definitions if isinstance(item, FragmentDefinitionNode)}
    *_, operation = [item for item in definitions if isinstance(item, OperationDefinitionNode)]
    roots: dict[str, Selections] = defaultdict(Selections)
    for node in _fields(operation.selection_set, fragments):
        _gather(node, fragments, roots[(node.alias or node.name).value], 1)
    return roots


Fragments = Mapping[str, FragmentDefinitionNode]


def _gather(node: FieldNode, fragments: Fragments, into: Selections, depth: int) -> None:
    if node.name.value != "__typename":
        into.names.add(node.name.value)
    into.depth = max(into.depth, depth)
    for inner in _fields(node.selection_set, fragments):
        _gather(inner, fragments, into, depth + 1)


def _fields(selections: SelectionSetNode | None, fragments: Fragments) -> Iterator[FieldNode]:
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(fragments[node.name.value].selection_set, fragments)
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, fragments)
