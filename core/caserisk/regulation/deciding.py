"""Asking plugins off the event loop, with a budget of time for each question.

A decision runs in a thread of its own. While a plugin is being asked the thread says so; a question that takes longer
than the budget ends the decision, and the plugin is not asked again.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, thread_time
from typing import Generic, TypeVar

from caserisk.domain.refusals import TOO_SLOW, Refused, plugin_fault
from caserisk.regulation.registry import LoadedPlugin

T = TypeVar("T")
R = TypeVar("R")

BUDGET = 1.0
"""Seconds of a processor's time that a plugin has for one question."""

_PATIENCE = 3
"""How many times as long it may take by the clock on the wall: a machine may be busy, a plugin may sleep."""


class OutOfTime(BaseException):
    """Raised inside a plugin that took too long, to end it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A plugin being asked, since when."""

    plugin: LoadedPlugin
    hook: str
    office: str
    since: float
    worked: float

    def overdue(self, native_id: int, budget: float) -> bool:
        """Whether it has been open for longer than the budget; ``worked`` is what its thread had worked before."""
        waited, worked = monotonic() - self.since, _worked(native_id)
        if worked is None:  # not every system tells
            return waited >= budget
        return worked - self.worked >= budget or waited >= budget * _PATIENCE


def _worked(native_id: int) -> float | None:
    """Seconds of a processor's time that a thread has had, where the system tells."""
    try:
        stat = Path(f"/proc/self/task/{native_id}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:  # another system, or the thread has just ended
        return None
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class _Decision(threading.Thread, Generic[T]):
    """A thread that decides, and tells the loop when it has."""

    def __init__(self, work: Callable[[], T], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(name="caserisk-decision", daemon=True)
        self.future: asyncio.Future[T] = loop.create_future()
        self.question: Question | None = None
        self._work, self._loop = work, loop

    def run(self) -> None:
        with suppress(OutOfTime):  # nobody waits any more
            try:
                result = self._work()
            except BaseException as error:
                self._tell(self.future.set_exception, error)
            else:
                self._tell(self.future.set_result, result)

    def _tell(self, settle: Callable[[R], None], outcome: R) -> None:
        if not self.future.done():
            self._loop.call_soon_threadsafe(self._settle, settle, outcome)

    def _settle(self, settle: Callable[[R], None], outcome: R) -> None:
        if not self.future.done():
            settle(outcome)

    def overdue(self, budget: float) -> Question | None:
        """The question that has been open for longer than the budget."""
        question, id = self.question, self.native_id
        return question if question and id is not None and question.overdue(id, budget) else None

    def end(self) -> None:
        """Wait no longer and raise inside the thread. Python code ends; code stuck in C cannot be ended from within."""
        self.future.cancel()
        if self.ident is not None and self.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), ctypes.py_object(OutOfTime))


@contextmanager
def asking(plugin: LoadedPlugin, hook: str, office: str) -> Iterator[None]:
    """Say that a plugin is being asked, where a decision is watched."""
    thread = threading.current_thread()
    if not isinstance(thread, _Decision):
        yield
        return
    thread.question = Question(plugin=plugin, hook=hook, office=office, since=monotonic(), worked=thread_time())
    try:
        yield
    finally:
        thread.question = None


async def decide(work: Callable[[], T], *, budget: float = BUDGET) -> T:
    """Run a decision in a thread and wait for it.

    Raises:
        Refused: PLUGIN_FAULT, where a plugin took longer than the budget; whatever the decision raises.
    """
    decision = _Decision(work, asyncio.get_running_loop())
    decision.start()
    try:
        while not decision.future.done():
            await asyncio.wait({decision.future}, timeout=budget / 2)
            question = decision.overdue(budget)
            if question and not decision.future.done():
                raise _too_slow(question, budget)
        return decision.future.result()
    finally:
        if not decision.future.done():  # too slow, or whoever asked has gone
            decision.end()


def _too_slow(question: Question, budget: float) -> Refused:
    plugin, hook, office = question.plugin, question.hook, question.office
    plugin.fail(f"took longer than {budget:g} s to answer {hook} for {office}")
    return plugin_fault(plugin=plugin.name, hook=hook, office=office, error=TOO_SLOW)
