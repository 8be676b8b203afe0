"""Asking plugins off the event loop, with a budget of time for each question.

A decision has a thread to itself. While a plugin is being asked the thread says so; a question that takes longer than
the budget ends the decision and the thread with it, and the plugin is not asked again. A thread whose decision came to
its end takes the next one: to start a thread costs as much as many a decision.
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
from queue import SimpleQueue
from time import monotonic, thread_time
from typing import TypeVar

from caserisk.domain.refusals import PLUGIN_TIMED_OUT, Refused, plugin_fault
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


class _Decider(threading.Thread):
    """A thread that makes one decision after the other, and tells the loop of each."""

    def __init__(self) -> None:
        super().__init__(name="caserisk-decider", daemon=True)
        self.question: Question | None = None
        self._waiting: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._kept = True
        self.start()

    def run(self) -> None:
        with suppress(OutOfTime):  # nobody waits any more
            while self._kept:
                self._waiting.get()()

    def take(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Let it decide; the future is settled in the loop that asks."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def tell(settle: Callable[[R], None], outcome: R) -> None:
            if not future.done():
                loop.call_soon_threadsafe(lambda: None if future.done() else settle(outcome))

        def decided() -> None:
            try:
                result = work()
            except BaseException as error:
                tell(future.set_exception, error)
            else:
                tell(future.set_result, result)

        self._waiting.put(decided)
        return future

    def overdue(self, budget: float) -> Question | None:
        """The question that has been open for longer than the budget."""
        question, id = self.question, self.native_id
        return question if question and id is not None and question.overdue(id, budget) else None

    def leave(self) -> None:
        """End after what it is at work on."""
        self._kept = False
        self._waiting.put(lambda: None)

    def end(self) -> None:
        """Raise inside the thread. Python code ends; code stuck in C cannot be ended from within."""
        self.leave()
        if self.ident is not None and self.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), ctypes.py_object(OutOfTime))


_idle: list[_Decider] = []
_KEPT = 8
"""Deciders that wait for a decision; more than so many do not stay."""


def _decider() -> _Decider:
    """A decider that is free; those of a process that was forked stayed behind in it."""
    while _idle:
        decider = _idle.pop()
        if decider.is_alive():
            return decider
    return _Decider()


@contextmanager
def asking(plugin: LoadedPlugin, hook: str, office: str) -> Iterator[None]:
    """Say that a plugin is being asked, where a decision is watched."""
    thread = threading.current_thread()
    if not isinstance(thread, _Decider):
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
    decider = _decider()
    decision = decider.take(work)
    try:
        while not decision.done():
            await asyncio.wait({decision}, timeout=budget / 2)
            question = decider.overdue(budget)
            if question and not decision.done():
                raise _too_slow(question, budget)
        return decision.result()
    finally:
        if not decision.done():  # too slow, or whoever asked has gone
            decision.cancel()
            decider.end()
        elif len(_idle) < _KEPT:
            _idle.append(decider)
        else:
            decider.leave()


def _too_slow(question: Question, budget: float) -> Refused:
    plugin, hook, office = question.plugin, question.hook, question.office
    plugin.fail(f"took longer than {budget:g} s to answer {hook} for {office}")
    return plugin_fault(plugin=plugin.name, hook=hook, office=office, error=PLUGIN_TIMED_OUT)
