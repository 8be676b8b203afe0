"""Checking a plugin: every hook is asked with made-up facts, in a process of its own.

A hook that is stuck, even in C code where nothing ends it from within, is found because its process can be ended.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import process_time
from typing import TypeVar

from caserisk.domain.organisation import jurisdiction_chain
from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import PluginStatus
from caserisk.regulation.discovery import Installed
from caserisk.regulation.hook_threads import BUDGET
from caserisk.regulation.registry import LoadedPlugin, build_registry
from caserisk.regulation.self_check import rehearse

T = TypeVar("T")

LOADING = "import"
"""What stands for the hook while a plugin is being loaded."""

PATIENCE = 3 * BUDGET
"""Seconds that a hook may take by the clock on the wall; of the processor's time it has its budget."""

_LOADING_TIME = 30.0
_CONTEXT = get_context("spawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a hook did wrong; ``office`` is the jurisdiction it was asked for."""

    plugin: str
    hook: str
    office: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question that has just been put."""

    hook: str
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What a child process is to do; hooks named in ``skip`` are not asked."""

    plugin: str
    installed: tuple[Installed, ...]
    baseline: Installed | None
    skip: frozenset[str] = frozenset()


def check(
    plugin: Installed, plugins: Iterable[Installed], *, baseline: Installed | None, limit: float = PATIENCE
) -> list[Fault]:
    """Ask every hook of a plugin; gives what went wrong, nothing where it is sound.

    ``plugins`` are all that are installed: those of the jurisdictions above give what this one leaves out. A hook that
    takes longer than ``limit`` seconds is ended and named, and the others are asked in a new process.
    """
    found: dict[Fault, None] = {}
    related, skip = _related(plugin, plugins), frozenset[str]()
    while LOADING not in skip:
        task = _Task(plugin=plugin.name, installed=related, baseline=baseline, skip=skip)
        ended = _in_child(task, found, limit)
        if ended is None:
            break
        found[ended] = None
        skip |= {ended.hook}
    return list(found)


def _related(plugin: Installed, plugins: Iterable[Installed]) -> tuple[Installed, ...]:
    above = {code for own in plugin.jurisdictions for code in jurisdiction_chain(own)}
    return tuple(other for other in plugins if above & set(other.jurisdictions))


def _in_child(task: _Task, found: dict[Fault, None], limit: float) -> Fault | None:
    """Do a task in a child process, collecting faults; gives what ended it early, None where it came to its end."""
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_do, args=(theirs, task), daemon=True)
    process.start()
    theirs.close()
    asked, patience = _Asked(hook=LOADING, office=""), _LOADING_TIME
    try:
        while ours.poll(patience):
            message = ours.recv()
            if message is None:
                return None
            if isinstance(message, Fault):
                found[message] = None
            else:
                asked, patience = message, limit
        error = f"no answer within {patience:g} s"
    except EOFError:
        process.join()
        error = f"ended its process with code {process.exitcode}"
    finally:
        process.kill()
        process.join()
    return Fault(plugin=task.plugin, hook=asked.hook, office=asked.office, error=error)


def _do(report: Connection, task: _Task) -> None:
    """What the child process does."""
    logging.disable(logging.CRITICAL)  # what a plugin does wrong is reported, not logged
    registry = build_registry(task.installed, baseline=task.baseline)
    plugin = next(item for item in registry.plugins if item.name == task.plugin)
    if plugin.usable:
        rehearse(plugin, registry, _Examiner(plugin, report, task.skip))
    report.send(None)


class _Examiner:
    """Asks one question after another, tells the parent which, and what went wrong."""

    def __init__(self, plugin: LoadedPlugin, report: Connection, skip: frozenset[str]) -> None:
        self._plugin, self._report, self._skip = plugin, report, skip

    def __call__(self, hook: str, office: str, question: Callable[[], T], /) -> T | None:
        if hook in self._skip:
            return None
        self._report.send(_Asked(hook=hook, office=office))
        began = process_time()
        try:
            answer = question()
            if process_time() - began >= BUDGET:
                self._tell(hook, office, f"took more than {BUDGET:g} s of the processor's time")
            return answer
        except Refused as refusal:
            if self._plugin.status is not PluginStatus.ACTIVE:  # else another plugin's, checked by itself
                cause = refusal.__cause__ or refusal
                self._tell(hook, office, f"{type(cause).__name__}: {cause}")
                self._plugin.status, self._plugin.problem = PluginStatus.ACTIVE, None
        return None

    def _tell(self, hook: str, office: str, error: str) -> None:
        self._report.send(Fault(plugin=self._plugin.name, hook=hook, office=office, error=error))
