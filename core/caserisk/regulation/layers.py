"""The regulation of one office on one day: its layers, asked hook by hook, the nearest jurisdiction first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

from pluggy import HookCaller

from caserisk.domain.facts import Facts
from caserisk.domain.refusals import (
    PLUGIN_NOT_IN_FORCE,
    PLUGIN_RAISED,
    PLUGIN_REMOVED,
    PLUGIN_UNUSABLE,
    PLUGIN_WRONG_TYPE,
    Refused,
    plugin_fault,
)
from caserisk.domain.rules import Edition, Option
from caserisk.domain.terms import office_day
from caserisk.domain.texts import Text
from caserisk.regulation.hook_results import convert_result
from caserisk.regulation.hook_specification import INHERITED, Arguments, Hook
from caserisk.regulation.hook_threads import HookTimedOut, watch_call
from caserisk.regulation.registry import LoadedPlugin, Registry

P = ParamSpec("P")
A = TypeVar("A")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One plugin, in one edition, as it answers for an office; ``beneath`` are the layers it may inherit from."""

    plugin: LoadedPlugin
    edition: Edition | None
    office: str
    beneath: tuple[Layer, ...] = ()

    def inherits(self, hook: Hook[..., Any]) -> bool:
        """Tell whether this layer is given what those beneath it answer, and so answers for them too."""
        caller = self._caller(hook)
        return caller is not None and any(INHERITED in item.argnames for item in caller.get_hookimpls())

    def ask(self, hook: Hook[..., Any], arguments: Arguments) -> Any:
        """Return what this layer answers, of the type promised and marked with where it came from; None if nothing.

        A layer that inherits and answers nothing leaves what it was given as it is.

        Raises:
            Refused: PLUGIN_FAULT, where it cannot be asked, raises, or answers with something else, or a layer does
                that it inherits from.
        """
        plugin = self.plugin
        if not plugin.usable:
            raise self._refuse(hook, PLUGIN_UNUSABLE if plugin.installed else PLUGIN_REMOVED)
        if self.edition is None:
            raise self._refuse(hook, PLUGIN_NOT_IN_FORCE)
        caller = self._caller(hook)
        if caller is None:
            return None
        # The time is that of the whole: what is beneath is asked within it.
        with watch_call(plugin, hook.name, self.office):
            inherited = ask_layers(self.beneath, hook, arguments) if self.inherits(hook) else None
            returned = self._call(caller, {**arguments, INHERITED: inherited}, hook)
        if returned is None:
            return inherited
        try:
            return self._convert(returned, hook, arguments, inherited)
        except Exception as error:  # a result may be any object
            plugin.record_fault(f"{hook.name} for {self.office} answered with something else: {error}")
            raise self._refuse(hook, PLUGIN_WRONG_TYPE) from error

    def _caller(self, hook: Hook[..., Any]) -> HookCaller | None:
        """Return what calls the implementation of a hook; None where no edition in force answers it."""
        if self.edition is None or hook.name not in self.plugin.hooks:
            return None
        caller: HookCaller = getattr(self.plugin.managers[self.edition.name].hook, hook.name)
        return caller

    def _call(self, caller: HookCaller, arguments: Arguments, hook: Hook[..., Any]) -> object:
        """Return what the plugin returned.

        Raises:
            Refused: PLUGIN_FAULT, where it raises.
        """
        try:
            results = caller(**arguments)
        except HookTimedOut:  # it ends the thread, and the event loop refuses the command
            raise
        except BaseException as error:  # a stranger's hook may raise anything, and may call sys.exit()
            self.plugin.record_fault(f"{hook.name} for {self.office} raised {type(error).__name__}: {error}")
            raise self._refuse(hook, PLUGIN_RAISED) from error
        return results[0] if results else None

    def _convert(self, result: object, hook: Hook[..., Any], arguments: Arguments, inherited: object) -> Any:
        provenance = {"plugin": self.plugin.name, "plugin_version": self.plugin.version}
        answer = convert_result(result, hook.answer_type, provenance, inherited=inherited)
        if hook.check:
            hook.check(answer, arguments)
        return answer if inherited is None else hook.amend(answer, inherited)

    def _refuse(self, hook: Hook[..., Any], error: Text) -> Refused:
        return plugin_fault(plugin=self.plugin.name, hook=hook.name, office=self.office, error=error)


def ask_layers(layers: Sequence[Layer], hook: Hook[..., Any], arguments: Arguments) -> Any:
    """Ask layers, the nearest first, and combine their answers as the hook says.

    Raises:
        Refused: PLUGIN_FAULT.
    """
    combined = hook.combine(_answers(layers, hook, arguments))
    return hook.default if combined is None else combined


def _answers(layers: Sequence[Layer], hook: Hook[..., Any], arguments: Arguments) -> Iterator[Any]:
    # Drawn one by one: where the nearest answer counts, the layers beneath it are not asked.
    for layer in layers:
        answer = layer.ask(hook, arguments)
        if answer is not None:
            yield answer
        if layer.inherits(hook):
            return


class Regulation:
    """What is asked of an office's regulation when something is decided."""

    def __init__(
        self,
        registry: Registry,
        office: str,
        at: datetime,
        chosen: Mapping[str, str],
        *,
        bound: Collection[str] = (),
    ) -> None:
        """Take the editions in force on the day of ``at``.

        ``chosen`` are the options the office has set, ``bound`` the plugins that have decided for it.

        Raises:
            Refused: NO_REGULATION.
        """
        self.office, self.at = office, at
        self.layers: tuple[Layer, ...] = ()
        for plugin, edition in reversed(registry.layers(office, office_day(at), bound)):
            self.layers = (Layer(plugin=plugin, edition=edition, office=office, beneath=self.layers), *self.layers)
        self._chosen = chosen

    @property
    def edition(self) -> str:
        """Return the name of the nearest layer's edition in force."""
        nearest = self.layers[0].edition
        return nearest.name if nearest else ""

    @property
    def options(self) -> dict[str, tuple[Option, Layer]]:
        """Return the choices its layers leave, by key; the nearest layer that offers one describes it."""
        offered: dict[str, tuple[Option, Layer]] = {}
        for layer in self.layers:
            for option in layer.plugin.declared.options if layer.plugin.declared else ():
                offered.setdefault(option.key, (option, layer))
        return offered

    @property
    def option_values(self) -> Mapping[str, str]:
        """Return the value of each option: the office's choice, or the default. It cannot be changed by a hook."""
        return MappingProxyType(
            {
                # A choice that a later version no longer offers counts as not made.
                key: self._chosen[key] if self._chosen.get(key) in option.choices else option.default
                for key, (option, _) in self.options.items()
            }
        )

    def facts(self) -> Facts:
        """Return the facts about the office alone, without a case."""
        return Facts(at=self.at, office=self.office, options=self.option_values)

    def ask(self, hook: Hook[P, A], /, *args: P.args, **kwargs: P.kwargs) -> A:
        """Ask the layers a question of `caserisk.regulation.hooks`, and combine their answers as the hook says.

        Raises:
            Refused: PLUGIN_FAULT.
        """
        answer: A = ask_layers(self.layers, hook, hook.bind(args, kwargs))
        return answer
