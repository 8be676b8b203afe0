"""A decision has a thread to itself; a question that takes too long ends both, and so does nobody waiting."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import ErrorCode, PluginStatus
from caserisk.regulation.hook_threads import run_decision, watch_call
from caserisk.regulation.registry import LoadedPlugin
from tests.core.regulation.made_up import endless, endless_and_deaf

HOOK_TIMEOUT = 0.1


def stranger() -> LoadedPlugin:
    """Make a plugin that is asked."""
    return LoadedPlugin(name="stranger", version="1.0", jurisdictions=("371600",))


def asleep() -> None:
    """Sleep, in a call into C that nothing ends from within."""
    time.sleep(4 * HOOK_TIMEOUT)


async def ends(thread: threading.Thread) -> None:
    """Wait until a thread has come to its end."""
    for _ in range(100):
        if not thread.is_alive():
            return
        await asyncio.sleep(0.02)
    pytest.fail("a decision still runs")


async def test_what_is_decided_is_given_back() -> None:
    assert await run_decision(lambda: 6 * 7) == 42


async def test_a_thread_decides_again_and_again() -> None:
    first = await run_decision(threading.current_thread)

    assert first is not threading.current_thread()
    assert await run_decision(threading.current_thread) is first


async def test_decisions_at_once_have_a_thread_each() -> None:
    together = threading.Barrier(20, timeout=5)

    def work() -> threading.Thread:
        together.wait()
        return threading.current_thread()

    threads = await asyncio.gather(*(run_decision(work) for _ in range(20)))

    assert len(set(threads)) == 20
    still_there = [thread for thread in threads if thread.is_alive()]
    assert await run_decision(threading.current_thread) in still_there


async def test_what_a_decision_raises_is_raised() -> None:
    def work() -> None:
        raise LookupError("no case")

    with pytest.raises(LookupError, match="no case"):
        await run_decision(work)


@pytest.mark.parametrize("hook", [endless, endless_and_deaf, asleep])
async def test_a_question_past_its_budget_is_ended(hook: Callable[[], None]) -> None:
    plugin, threads = stranger(), []

    def work() -> None:
        threads.append(threading.current_thread())
        with watch_call(plugin, "caserisk_gates", "371600"):
            hook()

    with pytest.raises(Refused) as refused:
        await run_decision(work, hook_timeout=HOOK_TIMEOUT)

    assert refused.value.problems[0].code is ErrorCode.PLUGIN_FAULT
    assert "(超出答复时限)" in refused.value.problems[0].message_for(str).zh
    assert (plugin.status, plugin.usable) == (PluginStatus.FAULTY, False)
    assert plugin.problem == "took longer than 0.1 s to answer caserisk_gates for 371600"
    await ends(threads[0])


async def test_the_loop_goes_on_while_a_question_is_endless() -> None:
    def work() -> None:
        with watch_call(stranger(), "caserisk_gates", "371600"):
            endless()

    stuck = asyncio.ensure_future(run_decision(work, hook_timeout=HOOK_TIMEOUT))

    assert await run_decision(lambda: "decided") == "decided"
    assert not stuck.done()
    with pytest.raises(Refused):
        await stuck


async def test_a_decision_nobody_waits_for_is_ended() -> None:
    plugin, threads = stranger(), []

    def work() -> None:
        threads.append(threading.current_thread())
        with watch_call(plugin, "caserisk_gates", "371600"):
            endless()

    waiting = asyncio.ensure_future(run_decision(work, hook_timeout=HOOK_TIMEOUT))
    await asyncio.sleep(HOOK_TIMEOUT / 4)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    await ends(threads[0])
    assert plugin.usable


async def test_long_work_between_questions_has_no_budget() -> None:
    plugin = stranger()

    def work() -> str:
        for _ in range(3):
            with watch_call(plugin, "caserisk_gates", "371600"):
                time.sleep(HOOK_TIMEOUT / 2)
        time.sleep(HOOK_TIMEOUT)
        return "decided"

    assert await run_decision(work, hook_timeout=HOOK_TIMEOUT) == "decided"
    assert plugin.usable
