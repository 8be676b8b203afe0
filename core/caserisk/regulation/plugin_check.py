"""The check of a plugin in a process of its own, in which every hook is asked with made-up facts.

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
from caserisk.regulation.discovery import InstalledPlugin
from caserisk.regulation.hook_threads import HOOK_TIMEOUT
from caserisk.regulation.registry import LoadedPlugin, build_registry
from caserisk.regulation.self_check import ask_every_hook

T = TypeVar("T")

IMPORT_STEP = "import"
"""The name that stands for the hook while a plugin is being loaded."""

HOOK_WALL_TIMEOUT = 3 * HOOK_TIMEOUT
"""Seconds that a hook may take by the clock on the wall; of processor time it has `HOOK_TIMEOUT`."""

_IMPORT_TIMEOUT = 30.0
_SPAWN = get_context("spawn")  # a forked process would hold this one's threads, locks and imported plugins


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginFault:
    """What a hook did wrong; ``office`` is the jurisdiction it was asked for."""

    plugin: str
    hook: str
    office: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _HookStarted:
    """A message of the child process: a hook is being called."""

    hook: str
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _CheckJob:
    """A check for a child process; hooks named in ``skip`` are not asked."""

    plugin: str
    installed: tuple[InstalledPlugin, ...]
    baseline: InstalledPlugin | None
    skip: frozenset[str] = frozenset()


def check_plugin(
    plugin: InstalledPlugin,
    plugins: Iterable[InstalledPlugin],
    *,
    baseline: InstalledPlugin | None,
    timeout: float = HOOK_WALL_TIMEOUT,
) -> list[PluginFault]:
    """Ask every hook of a plugin and return what went wrong, nothing where it is sound.

    ``plugins`` are all that are installed: those of the jurisdictions above give what this one leaves out. A hook that
    takes longer than ``timeout`` seconds is ended and named, and the others are asked in a new process.
    """
    faults: dict[PluginFault, None] = {}  # a hook often fails for the same reason in many situations
    related, skip = _related(plugin, plugins), frozenset[str]()
    while IMPORT_STEP not in skip:
        job = _CheckJob(plugin=plugin.name, installed=related, baseline=baseline, skip=skip)
        fatal = _run_in_child(job, faults, timeout)
        if fatal is None:
            break
        faults[fatal] = None
        skip |= {fatal.hook}
    return list(faults)


def _related(plugin: InstalledPlugin, plugins: Iterable[InstalledPlugin]) -> tuple[InstalledPlugin, ...]:
    above = {code for own in plugin.jurisdictions for code in jurisdiction_chain(own)}
    return tuple(other for other in plugins if above & set(other.jurisdictions))


def _run_in_child(job: _CheckJob, faults: dict[PluginFault, None], timeout: float) -> PluginFault | None:
    """Run a check in a child process and collect its faults; return what ended it early, None if nothing did."""
    ours, theirs = _SPAWN.Pipe(duplex=False)
    process = _SPAWN.Process(target=_run_check, args=(theirs, job), daemon=True)
    process.start()
    # Only the child holds this end from now on, so that the end of its process is read as EOFError.
    theirs.close()
    running, limit = _HookStarted(hook=IMPORT_STEP, office=""), _IMPORT_TIMEOUT
    try:
        while ours.poll(limit):
            message = ours.recv()
            if message is None:
                return None
            if isinstance(message, PluginFault):
                faults[message] = None
            else:
                running, limit = message, timeout
        error = f"no answer within {limit:g} s"
    except EOFError:
        process.join()
        error = f"ended its process with code {process.exitcode}"
    finally:
        process.kill()
        process.join()
    return PluginFault(plugin=job.plugin, hook=running.hook, office=running.office, error=error)


def _run_check(report: Connection, job: _CheckJob) -> None:
    """Run a check: the main function of the child process."""
    logging.disable(logging.CRITICAL)  # what a plugin does wrong is reported, not logged
    registry = build_registry(job.installed, baseline=job.baseline)
    plugin = next(item for item in registry.plugins if item.name == job.plugin)
    if plugin.usable:
        ask_every_hook(plugin, registry, _ReportingCaller(plugin, report, job.skip))
    report.send(None)


class _ReportingCaller:
    """Asks one question after another, and reports to the parent process which it asks and what went wrong."""

    def __init__(self, plugin: LoadedPlugin, report: Connection, skip: frozenset[str]) -> None:
        self._plugin, self._report, self._skip = plugin, report, skip

    def __call__(self, hook: str, office: str, question: Callable[[], T], /) -> T | None:
        if hook in self._skip:
            return None
        self._report.send(_HookStarted(hook=hook, office=office))
        began = process_time()
        try:
            answer = question()
            if process_time() - began >= HOOK_TIMEOUT:
                self._report_fault(hook, office, f"took more than {HOOK_TIMEOUT:g} s of the processor's time")
            return answer
        except Refused as refusal:
            if self._plugin.status is not PluginStatus.ACTIVE:  # else another plugin's, checked by itself
                cause = refusal.__cause__ or refusal
                self._report_fault(hook, office, f"{type(cause).__name__}: {cause}")
                # ACTIVE again, because the status tells whether the next refusal is this plugin's fault.
                self._plugin.status, self._plugin.problem = PluginStatus.ACTIVE, None
        return None

    def _report_fault(self, hook: str, office: str, error: str) -> None:
        self._report.send(PluginFault(plugin=self._plugin.name, hook=hook, office=office, error=error))
