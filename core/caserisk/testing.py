"""The tests that every region has to pass: a region's own suite subclasses `RegionContract`, and pytest does the rest.

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
from caserisk.regulation.discovery import Installed
from caserisk.regulation.registry import LoadedPlugin, Registry, build_registry
from caserisk.regulation.self_check import rehearse

T = TypeVar("T")

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class HookResult:
    """What a hook answered to which question; None for "not regulated by me"."""

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
        """Codes, editions, options and hooks are such that the core takes the plugin."""
        loaded, _ = self._load()

        assert loaded.usable, loaded.problem

    def test_every_hook_answers_in_every_situation(self) -> None:
        """No case, a case not yet assessed, every level, option and occasion: always an answer of the type promised."""
        answers = self._answers()

        assert {answer.hook for answer in answers} == set(self._load()[0].hooks)

    def test_the_same_facts_get_the_same_answer(self) -> None:
        """A hook depends on its arguments and on nothing else."""
        first, second = self._answers(), self._answers()

        changed = {one.hook for one, other in zip(first, second, strict=True) if one != other}
        assert not changed, f"answered differently the second time: {', '.join(sorted(changed))}"

    def test_every_value_gives_a_reason(self) -> None:
        """Whatever has a place for reasons has one at least."""
        bare = {type(value).__name__ for value in self._values() if getattr(value, "reasons", None) == ()}

        assert not bare, f"without a reason: {', '.join(sorted(bare))}"

    def test_every_reason_cites_its_sentence_or_says_it_is_assumed(self) -> None:
        """Nobody is told a rule that stands nowhere as if it did."""
        unfounded = {reason.rule for reason in self._all(Reason) if not (reason.citation or reason.assumed)}

        assert not unfounded, f"neither a citation nor assumed=True: {', '.join(sorted(unfounded))}"

    def test_quotations_are_found_in_the_text(self) -> None:
        """A quotation is what the text says, letter by letter."""
        if self.source is None:
            raise unittest.SkipTest("source is not set: the quotations are not compared with a text")

        invented = {citation.quote for citation in self._all(Citation) if citation.quote not in self.source}

        assert not invented, f"not in the text: {'; '.join(sorted(invented))}"

    def test_levels_are_listed_from_mildest_to_gravest(self) -> None:
        """Ranks run from 1 without a gap, no code is there twice, and severity never falls as the rank rises."""
        for scheme in self._all(LevelScheme):
            codes = [level.code for level in scheme.ranked]
            severities = [level.severity.order for level in scheme.ranked]
            assert [level.rank for level in scheme.ranked] == list(range(1, len(codes) + 1)), scheme.key
            assert len(codes) == len(set(codes)), f"twice in {scheme.key}: {', '.join(codes)}"
            assert severities == sorted(severities), f"severity falls in {scheme.key}: {', '.join(codes)}"

    def test_keys_are_told_apart(self) -> None:
        """Within an answer no key is there twice."""
        for items in (*self._all(tuple), *self._all(list)):
            keys = [item.key for item in items if hasattr(item, "key")]
            assert len(keys) == len(set(keys)), f"twice among {', '.join(keys)}"

    def test_texts_are_in_both_languages(self) -> None:
        """The Chinese text is Chinese, and there is an English one beside it."""
        for text in self._all(Text):
            assert _CHINESE.search(text.zh), f"no Chinese: {text!r}"
            assert text.en.strip(), f"no English: {text!r}"

    def test_terms_can_be_counted(self) -> None:
        """A term is written ``P3BD``, ``P15D``, ``P6M`` or ``P1M10D``."""
        written = {rule.term for rule in self._all(TermRule)} | {step.term for step in self._all(ReviewStep)}

        for term in written:
            if term is not None:
                Term.parse(term)

    def test_options_default_to_one_of_their_choices(self) -> None:
        """An office that chooses nothing has chosen something that can be chosen."""
        for option in self.plugin.options:
            assert option.default in option.choices, option.key

    # ---------------------------------------------------------------------------------------- what it stands on

    @classmethod
    def _load(cls) -> tuple[LoadedPlugin, Registry]:
        """The plugin as the core loads it, with those above it and the core's baseline."""
        tested = _installed("region-under-test", cls.jurisdictions, cls.plugin)
        above = [_installed(f"above-{code}", (code,), plugin) for code, plugin in cls.above.items()]
        registry = build_registry([tested, *above], baseline=_installed("baseline", (), baseline.PLUGIN))
        return registry.plugins[0], registry

    @classmethod
    def _answers(cls) -> list[HookResult]:
        """Every answer the region gives, as it gave it."""
        loaded, registry = cls._load()
        answers: list[HookResult] = []
        for caller in loaded.callers.values():
            _listen(caller, answers)
        rehearse(loaded, registry, lambda _hook, _office, question: question())
        return answers

    @classmethod
    @cache
    def _values(cls) -> tuple[object, ...]:
        """Everything the region states: its declaration and its answers, down to the last text."""
        cites = (edition.cites for edition in cls.plugin.editions)
        answers = (answer.value for answer in cls._answers())
        return tuple(value for stated in (cls.plugin.options, *cites, *answers) for value in _within(stated))

    @classmethod
    def _all(cls, kind: type[T]) -> list[T]:
        return [value for value in cls._values() if isinstance(value, kind)]


def _installed(name: str, jurisdictions: tuple[str, ...], plugin: Plugin) -> Installed:
    return Installed(name=name, version="0", jurisdictions=jurisdictions, load=lambda: plugin)


def _listen(caller: pluggy.PluginManager, answers: list[HookResult]) -> None:
    """Have every answer written down that a plugin gives from now on."""

    def after(outcome: pluggy.Result[Any], hook: str, _: object, arguments: Mapping[str, Any]) -> None:
        given = outcome.get_result()
        answers.append(HookResult(hook=hook, arguments=arguments, value=given[0] if given else None))

    caller.add_hookcall_monitoring(before=lambda *_: None, after=after)


def _within(value: object) -> Iterator[object]:
    """A value, and all that it holds."""
    yield value
    if isinstance(value, tuple | list):
        for item in value:
            yield from _within(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _within(getattr(value, field.name))
