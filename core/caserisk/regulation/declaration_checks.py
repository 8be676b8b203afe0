"""Declarations: what is wrong with what a plugin declares of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from inspect import getmembers, isroutine

import pluggy

from caserisk.domain.organisation import is_office_code
from caserisk.domain.rules import Edition, Option, Plugin
from caserisk.domain.texts import Citation
from caserisk.regulation import hooks
from caserisk.regulation.hook_results import taken


def check_declaration(declared: Plugin, jurisdictions: Iterable[str]) -> None:
    """Refuse a declaration by which nothing could be decided.

    Raises:
        ValueError: naming everything that is wrong.
        TypeError: a field holds something else than it should.
    """
    problems = [
        *_of_jurisdictions(jurisdictions),
        *_of_editions(declared.editions),
        *_of_options(taken(declared.options, tuple[Option, ...], {})),
    ]
    if problems:
        raise ValueError("; ".join(problems))


def _of_jurisdictions(codes: Iterable[str]) -> Iterator[str]:
    wrong = [code for code in codes if not is_office_code(code)]
    if wrong:
        yield f"not a division code: {', '.join(wrong)}; name the entry point 430200 or 110000-2"


def _of_editions(editions: tuple[Edition, ...]) -> Iterator[str]:
    if not editions:
        yield "declares no edition"
    for edition in editions:
        _check_types(edition)
    for name in _repeated(edition.name for edition in editions):
        yield f"two editions are called {name!r}"
    for day in _repeated(edition.in_force_from for edition in editions):
        yield f"two editions come into force on the same day ({day or 'from the beginning'})"


def _check_types(edition: Edition) -> None:
    if not isinstance(edition, Edition):
        raise TypeError(f"editions holds {type(edition).__name__}, not an Edition")
    taken(edition.name, str, {})
    taken(edition.cites, tuple[Citation, ...], {})
    if edition.in_force_from is not None and type(edition.in_force_from) is not date:
        raise TypeError(f"edition {edition.name!r}: in_force_from is {edition.in_force_from!r}, not a datetime.date")


def _of_options(options: tuple[Option, ...]) -> Iterator[str]:
    for key in _repeated(option.key for option in options):
        yield f"two options are called {key!r}"
    for option in options:
        if option.default not in option.choices:
            yield f"option {option.key!r}: default {option.default!r} is not among {', '.join(option.choices)}"


def _repeated(values: Iterable[Hashable]) -> list[Hashable]:
    return [value for value, count in Counter(values).items() if count > 1]


# ------------------------------------------------------------------------------------------------ hooks


def caller_of(edition: Edition) -> pluggy.PluginManager:
    """What asks the hooks of an edition.

    Raises:
        ValueError: it has none, or one that would never be asked.
    """
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(edition.rules, edition.name)
    manager.check_pending()  # a misspelt hook is a fault too
    asked = hooks_of(manager, edition)
    if not asked:
        raise ValueError("answers no hook; rules has to be the module, or the object, that implements them")
    unmarked = [name for name, _ in getmembers(edition.rules, isroutine) if _looks_like_a_hook(name, asked)]
    if unmarked:
        raise ValueError(f"{', '.join(unmarked)} is not marked with @hookimpl and would never be asked")
    return manager


def hooks_of(manager: pluggy.PluginManager, edition: Edition) -> frozenset[str]:
    """The hooks that an edition answers."""
    return frozenset(caller.name for caller in manager.get_hookcallers(edition.rules) or ())


def _looks_like_a_hook(name: str, asked: frozenset[str]) -> bool:
    return name.startswith(f"{hooks.PROJECT}_") and name not in asked
