"""Checks of what a plugin declares of itself, before it is asked anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import fields
from datetime import date
from inspect import getmembers, isroutine
from types import ModuleType, SimpleNamespace

import pluggy

from caserisk.domain.organisation import is_office_code
from caserisk.domain.rules import Edition, Option, Plugin
from caserisk.domain.texts import Citation
from caserisk.regulation.answer_tables import implementation
from caserisk.regulation.hook_results import convert_result
from caserisk.regulation.hook_specification import PROJECT
from caserisk.regulation.hooks import HOOKS, Rules, hookimpl


def check_declaration(declared: Plugin, jurisdictions: Iterable[str]) -> None:
    """Refuse a declaration by which nothing could be decided.

    Raises:
        ValueError: naming everything that is wrong.
        TypeError: a field holds something else than it should.
    """
    problems = [
        *_jurisdiction_problems(jurisdictions),
        *_edition_problems(declared.editions),
        *_option_problems(convert_result(declared.options, tuple[Option, ...], {})),
    ]
    if problems:
        raise ValueError("; ".join(problems))


def _jurisdiction_problems(codes: Iterable[str]) -> Iterator[str]:
    invalid = [code for code in codes if not is_office_code(code)]
    if invalid:
        yield f"not a division code: {', '.join(invalid)}; name the entry point 430200 or 110000-2"


def _edition_problems(editions: tuple[Edition, ...]) -> Iterator[str]:
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
    convert_result(edition.name, str, {})
    convert_result(edition.cites, tuple[Citation, ...], {})
    # Not isinstance: a datetime is a date too, and would not compare with one.
    if edition.in_force_from is not None and type(edition.in_force_from) is not date:
        raise TypeError(f"edition {edition.name!r}: in_force_from is {edition.in_force_from!r}, not a datetime.date")


def _option_problems(options: tuple[Option, ...]) -> Iterator[str]:
    for key in _repeated(option.key for option in options):
        yield f"two options are called {key!r}"
    for option in options:
        if option.default not in option.choices:
            yield f"option {option.key!r}: default {option.default!r} is not among {', '.join(option.choices)}"


def _repeated(values: Iterable[Hashable]) -> list[Hashable]:
    return [value for value, count in Counter(values).items() if count > 1]


# ------------------------------------------------------------------------------------------------ hooks


_SPECIFICATIONS = ModuleType("specifications")
"""The functions that specify the hooks: pluggy looks for functions, and `hooks` has them wrapped."""

vars(_SPECIFICATIONS).update({name: hook.inheriting for name, hook in HOOKS.items()})


def register_edition(edition: Edition) -> pluggy.PluginManager:
    """Make a plugin manager that calls the hooks of an edition and of no other.

    Raises:
        ValueError: it has none, or one that would never be called.
        TypeError: one of its answers is stated in a way that does not exist.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(_SPECIFICATIONS)
    rules = _implementations(edition.rules) if isinstance(edition.rules, Rules) else edition.rules
    manager.register(rules, edition.name)
    manager.check_pending()  # a misspelt hook is a fault too
    answered = answered_hooks(manager)
    if not answered:
        raise ValueError("answers no hook; rules has to be the module, or the object, that implements them")
    unmarked = [name for name, _ in getmembers(rules, isroutine) if _looks_like_a_hook(name, answered)]
    if unmarked:
        raise ValueError(f"{', '.join(unmarked)} is not marked with @hookimpl and would never be asked")
    return manager


def answered_hooks(manager: pluggy.PluginManager) -> frozenset[str]:
    """Return the names of the hooks that an edition answers."""
    return frozenset(name for name in HOOKS if getattr(manager.hook, name).get_hookimpls())


def _implementations(rules: Rules) -> SimpleNamespace:
    """Return the functions that answer what a region states, as pluggy registers them."""
    stated = {f"{PROJECT}_{field.name}": getattr(rules, field.name) for field in fields(rules)}
    return SimpleNamespace(
        **{name: hookimpl(implementation(HOOKS[name], answer)) for name, answer in stated.items() if answer is not None}
    )


def _looks_like_a_hook(name: str, answered: frozenset[str]) -> bool:
    return name.startswith(f"{PROJECT}_") and name not in answered
