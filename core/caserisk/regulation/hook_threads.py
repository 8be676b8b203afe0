"""Decisions run off the event loop, in threads that are ended when a plugin takes too long.

A decision has a thread to itself. While a hook is being called the thread says so; a call that takes longer than its
timeout ends the decision and the thread with it, and the plugin is not asked again. The calls within a call, by which
the layers beneath are asked for what a hook inherits, share the time of the outermost. A thread whose decision came to
its end takes the next one: starting a thread costs as much as many a decision.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from time import monotonic, thread_time
from typing import TypeVar

from caserisk.domain.refusals import PLUGIN_TIMED_OUT, Refused, plugin_fault
from caserisk.regulation.registry import LoadedPlugin

T = TypeVar("T")
R = TypeVar("R")

HOOK_TIMEOUT = 1.0
"""Seconds of processor time that a plugin has for one call of a hook."""

_WALL_CLOCK_FACTOR = 3
"""How many times longer a call may take by the clock on the wall: a machine may be busy, a plugin may sleep."""

_MAX_IDLE_THREADS = 8
"""Threads that stay when they have nothing to do; as many decisions at once start no thread."""


class HookTimedOut(BaseException):
    """Raised inside a plugin that took too long, to end it; no Exception, so that fewer plugins catch it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningCall:
    """A call of a hook that has not returned yet.

    ``started`` and ``cpu_before``, the processor time its thread had used before, are those of the outermost call.
    """

    plugin: LoadedPlugin
    hook: str
    office: str
    started: float
    cpu_before: float

    def is_overdue(self, native_id: int, timeout: float) -> bool:
        """Tell whether it has been running for longer than the timeout, in seconds."""
        waited, used = monotonic() - self.started, _cpu_seconds(native_id)
        if used is None:
            return waited >= timeout
        return used - self.cpu_before >= timeout or waited >= timeout * _WALL_CLOCK_FACTOR


def _cpu_seconds(native_id: int) -> float | None:
    """Return the processor time that a thread has used, where the system tells."""
    # Not `thread_time`: that tells of the calling thread only, and this is asked from the event loop.
    try:
        stat = Path(f"/proc/self/task/{native_id}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:  # not Linux, or the thread has just ended
        return None
    # The name in parentheses may hold spaces; fields 14 and 15, utime and stime, are counted from its end.
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class _DecisionThread(threading.Thread):
    """A thread that runs one decision after the other, and settles a future of the event loop for each."""

    def __init__(self) -> None:
        # A daemon: a thread that is stuck in C must not keep the process from ending.
        super().__init__(name="caserisk-decision", daemon=True)
        self.running_call: RunningCall | None = None
        self._queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._stopping = False
        self.start()

    def run(self) -> None:
        with suppress(HookTimedOut):  # raised by `interrupt`, when nobody waits any more
            while not self._stopping:
                self._queue.get()()

    def submit(self, decision: Callable[[], T]) -> asyncio.Future[T]:
        """Run a decision in this thread; the future is settled in the calling event loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(setter: Callable[[R], None], outcome: R) -> None:
            # Asked twice: the future may be cancelled between here and the loop's next turn.
            if not future.done():
                loop.call_soon_threadsafe(lambda: None if future.done() else setter(outcome))

        def run() -> None:
            try:
                result = decision()
            except BaseException as error:
                settle(future.set_exception, error)
            else:
                settle(future.set_result, result)

        self._queue.put(run)
        return future

    def overdue_call(self, timeout: float) -> RunningCall | None:
        """Return the running call where it has taken longer than the timeout."""
        # Read once: the thread sets it to None when the call returns.
        call, id = self.running_call, self.native_id
        return call if call and id is not None and call.is_overdue(id, timeout) else None

    def stop(self) -> None:
        """End the thread once its present decision is done."""
        self._stopping = True
        self._queue.put(lambda: None)

    def interrupt(self) -> None:
        """Raise `HookTimedOut` inside the thread. Python code ends; code stuck in C cannot be ended from within."""
        # A plugin may catch the exception; then the thread ends after its decision.
        self.stop()
        if self.ident is not None and self.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), ctypes.py_object(HookTimedOut))


_idle_threads: list[_DecisionThread] = []


def _take_thread() -> _DecisionThread:
    """Take an idle thread, or start one."""
    while _idle_threads:
        thread = _idle_threads.pop()
        if thread.is_alive():  # after a fork the parent's threads are listed and do not run
            return thread
    return _DecisionThread()


class watch_call:  # noqa: N801  # used like a function; a class of its own costs less than `contextmanager`
    """Have a call of a hook watched, where it runs in a decision's thread."""

    __slots__ = ("_call", "_outer", "_thread")

    def __init__(self, plugin: LoadedPlugin, hook: str, office: str) -> None:
        thread = threading.current_thread()
        self._thread = thread if isinstance(thread, _DecisionThread) else None
        self._outer = self._thread.running_call if self._thread else None
        self._call = (plugin, hook, office)

    def __enter__(self) -> None:
        if self._thread:
            plugin, hook, office = self._call
            outer = self._outer
            self._thread.running_call = RunningCall(
                plugin=plugin,
                hook=hook,
                office=office,
                started=outer.started if outer else monotonic(),
                cpu_before=outer.cpu_before if outer else thread_time(),
            )

    def __exit__(self, *_: object) -> None:
        if self._thread:
            self._thread.running_call = self._outer


async def run_decision(decision: Callable[[], T], *, hook_timeout: float = HOOK_TIMEOUT) -> T:
    """Run a decision in a thread and wait for it; each hook it calls has ``hook_timeout`` seconds.

    Raises:
        Refused: PLUGIN_FAULT, where a plugin took too long; whatever the decision raises.
    """
    thread = _take_thread()
    outcome = thread.submit(decision)
    try:
        while not outcome.done():
            # Half the timeout, so that a call is found out after one and a half at the latest.
            await asyncio.wait({outcome}, timeout=hook_timeout / 2)
            call = thread.overdue_call(hook_timeout)
            if call and not outcome.done():
                raise _refuse_slow(call, hook_timeout)
        return outcome.result()
    finally:
        if not outcome.done():  # the plugin is too slow, or the caller was cancelled
            outcome.cancel()
            thread.interrupt()
        elif len(_idle_threads) < _MAX_IDLE_THREADS:
            _idle_threads.append(thread)
        else:
            thread.stop()


def _refuse_slow(call: RunningCall, timeout: float) -> Refused:
    """Disable the plugin, and return the refusal of the command that waited for it."""
    plugin, hook, office = call.plugin, call.hook, call.office
    plugin.disable(f"took longer than {timeout:g} s to answer {hook} for {office}")
    return plugin_fault(plugin=plugin.name, hook=hook, office=office, error=PLUGIN_TIMED_OUT)
