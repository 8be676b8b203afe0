"""The tests that every region has to pass: a region's own suite subclasses `RegionContract`, and pytest runs them.

::

    from caserisk.testing import RegionContract
    from caserisk_springfield import PLUGIN

    class TestSpringfield(RegionContract):
        plugin = PLUGIN
        jurisdictions = ("370600",)
"""

from __future__ import annotations

import re
import unittest
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar

import pluggy

from caserisk import baseline
from caserisk.domain.levels import LevelScheme
from caserisk.domain.rules import Plugin, ReviewStep, TermRule
from caserisk.domain.terms import Term
from caserisk.domain.texts import Citation, Reason, Text
from caserisk.regulation.discovery import InstalledPlugin
from caserisk.regulation.registry import LoadedPlugin, Registry, build_registry
from caserisk.regulation.self_check import ask_every_hook

T = TypeVar("T")

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class HookResult:
    """What a hook answered to a question; ``value`` None is "not regulated by me"."""

    hook: str
    arguments: Mapping[str, Any]
    value: object


class RegionContract:
    """What must be true of every region.

    ``plugin`` is the declaration, ``jurisdictions`` the division codes its entry points name. ``above`` are the plugins
    of the jurisdictions above it, by code, where it builds on one. ``source`` is the text its quotations come from;
    None leaves that test out.
    """

    plugin: ClassVar[Plugin]
    jurisdictions: ClassVar[tuple[str, ...]]
    above: ClassVar[Mapping[str, Plugin]] = {}
    source: ClassVar[str | None] = None

    def test_the_declaration_is_sound(self) -> None:
        """Check that codes, editions, options and hooks are such that the core takes the plugin."""
        loaded, _ = self._load()

        assert loaded.usable, loaded.problem

    def test_every_hook_answers_in_every_situation(self) -> None:
        """Ask in made-up situations, at every level, option and occasion: the type is always the one promised."""
        answers = self._answers()

        assert {answer.hook for answer in answers} == set(self._load()[0].hooks)

    def test_the_same_facts_get_the_same_answer(self) -> None:
        """Ask everything twice: a hook depends on its arguments and on nothing else."""
        first, second = self._answers(), self._answers()

        changed = {one.hook for one, other in zip(first, second, strict=True) if one != other}
        assert not changed, f"answered differently the second time: {', '.join(sorted(changed))}"

    def test_every_value_gives_a_reason(self) -> None:
        """Check that every value that has a place for reasons has one at least."""
        bare = {type(value).__name__ for value in self._values() if getattr(value, "reasons", None) == ()}

        assert not bare, f"without a reason: {', '.join(sorted(bare))}"

    def test_every_reason_cites_its_sentence_or_says_it_is_assumed(self) -> None:
        """Check that a rule that stands nowhere is not told as if it did."""
        unfounded = {reason.rule for reason in self._all(Reason) if not (reason.citation or reason.assumed)}

        assert not unfounded, f"neither a citation nor assumed=True: {', '.join(sorted(unfounded))}"

    def test_quotations_are_found_in_the_text(self) -> None:
        """Compare each quotation with the text, letter by letter."""
        if self.source is None:
            raise unittest.SkipTest("source is not set: the quotations are not compared with a text")

        invented = {citation.quote for citation in self._all(Citation) if citation.quote not in self.source}

        assert not invented, f"not in the text: {'; '.join(sorted(invented))}"

    def test_levels_are_listed_from_mildest_to_gravest(self) -> None:
        """Check that ranks run from 1 without a gap, codes differ, and severity never falls as the rank rises."""
        for scheme in self._all(LevelScheme):
            codes = [level.code for level in scheme.ranked]
            severities = [level.severity.order for level in scheme.ranked]
            assert [level.rank for level in scheme.ranked] == list(range(1, len(codes) + 1)), scheme.key
            assert len(codes) == len(set(codes)), f"twice in {scheme.key}: {', '.join(codes)}"
            assert severities == sorted(severities), f"severity falls in {scheme.key}: {', '.join(codes)}"

    def test_keys_are_told_apart(self) -> None:
        """Check that no key is there twice within an answer."""
        for items in (*self._all(tuple), *self._all(list)):
            keys = [item.key for item in items if hasattr(item, "key")]
            assert len(keys) == len(set(keys)), f"twice among {', '.join(keys)}"

    def test_texts_are_in_both_languages(self) -> None:
        """Check that the Chinese text is Chinese, and that there is an English one beside it."""
        for text in self._all(Text):
            assert _CHINESE.search(text.zh), f"no Chinese: {text!r}"
            assert text.en.strip(), f"no English: {text!r}"

    def test_terms_can_be_counted(self) -> None:
        """Check that each term is written ``P3BD``, ``P15D``, ``P6M`` or ``P1M10D``."""
        written = {rule.term for rule in self._all(TermRule)} | {step.term for step in self._all(ReviewStep)}

        for term in written:
            if term is not None:
                Term.parse(term)

    def test_options_default_to_one_of_their_choices(self) -> None:
        """Check that an office that chooses nothing has a value that could be chosen."""
        for option in self.plugin.options:
            assert option.default in option.choices, option.key

    # ---------------------------------------------------------------------------------------- asking the region

    @classmethod
    def _load(cls) -> tuple[LoadedPlugin, Registry]:
        """Load the plugin as the core does, with those above it and the core's baseline."""
        tested = _wrap("region-under-test", cls.jurisdictions, cls.plugin)
        above = [_wrap(f"above-{code}", (code,), plugin) for code, plugin in cls.above.items()]
        registry = build_registry([tested, *above], baseline=_wrap("baseline", (), baseline.PLUGIN))
        return registry.plugins[0], registry

    @classmethod
    def _answers(cls) -> list[HookResult]:
        """Ask every hook and return the answers as the region gave them, before the core converts them."""
        loaded, registry = cls._load()
        answers: list[HookResult] = []
        for manager in loaded.managers.values():
            _record_answers(manager, answers)
        ask_every_hook(loaded, registry, lambda _hook, _office, question: question())
        return answers

    @classmethod
    @cache
    def _values(cls) -> tuple[object, ...]:
        """Return everything the region states: its declaration and its answers, down to the last text."""
        cites = (edition.cites for edition in cls.plugin.editions)
        answers = (answer.value for answer in cls._answers())
        return tuple(value for stated in (cls.plugin.options, *cites, *answers) for value in _walk(stated))

    @classmethod
    def _all(cls, kind: type[T]) -> list[T]:
        return [value for value in cls._values() if isinstance(value, kind)]


def _wrap(name: str, jurisdictions: tuple[str, ...], plugin: Plugin) -> InstalledPlugin:
    return InstalledPlugin(name=name, version="0", jurisdictions=jurisdictions, load=lambda: plugin)


def _record_answers(manager: pluggy.PluginManager, answers: list[HookResult]) -> None:
    """Record every answer that the hooks of a manager give from now on."""

    def after(outcome: pluggy.Result[Any], hook: str, _: object, arguments: Mapping[str, Any]) -> None:
        results = outcome.get_result()  # pluggy leaves None out
        answers.append(HookResult(hook=hook, arguments=arguments, value=results[0] if results else None))

    manager.add_hookcall_monitoring(before=lambda *_: None, after=after)


def _walk(value: object) -> Iterator[object]:
    """Yield a value, and everything that it holds but for the reasons of other plugins, which it inherited."""
    if isinstance(value, Reason) and value.plugin:  # the region's own are marked only when the core takes them
        return
    yield value
    if isinstance(value, tuple | list):
        for item in value:
            yield from _walk(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _walk(getattr(value, field.name))
