"""No request costs more than it may, however it is formed, and none is felt by those beside it."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import process_time

import pytest

from tests.limits.bombs import BAD, COMPLEX, HARMLESS, LARGE, Bomb
from tests.support.installation import Installation, Message, codes

AS_LARGE_AS_MAY_BE = HARMLESS["fragments and operations"]
"""A document that nothing is wrong with, of nearly as many tokens as one may have."""

MOST = 3
"""Times as long as that one is answered in, it takes at most to refuse something."""

SMALL = 30_000
"""Bytes of bombs that can be thrown by the hundred."""

REFUSED = {
    **{name: (bomb, "TOO_COMPLEX") for name, bomb in COMPLEX.items()},
    **{name: (bomb, "TOO_LARGE") for name, bomb in LARGE.items()},
    **{name: (bomb, "BAD_INPUT") for name, bomb in BAD.items()},
}
_MEMORY = Path("/proc/self/statm")
_TIMES = count()


def unlike(bomb: Bomb) -> Bomb:
    """Return the bomb in a form that was never sent before."""
    return {**bomb, "query": f"#{next(_TIMES)}\n{bomb['query']}"}


async def thrown(here: Installation, bomb: Bomb) -> Message:
    """Send a bomb and return the answer."""
    body = json.dumps(bomb).encode()
    answer = await here.http.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {200, 400}
    decoded: Message = answer.json()
    return decoded


async def timed(here: Installation, bomb: Bomb) -> tuple[Message, float]:
    """Send a bomb and return the answer, and the seconds of CPU time that it took."""
    again = unlike(bomb)
    gc.disable()  # what others left behind is not for this one to clear away
    try:
        begun = process_time()
        return await thrown(here, again), process_time() - begun
    finally:
        gc.enable()


@pytest.mark.parametrize(("bomb", "code"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_bomb_is_refused_before_it_costs_anything(here: Installation, bomb: Bomb, code: str) -> None:
    harmless, spent = [], []
    for _ in range(3):
        harmless.append((await timed(here, AS_LARGE_AS_MAY_BE))[1])
        answer, seconds = await timed(here, bomb)
        spent.append(seconds)

        assert set(codes(answer)) == {code}
        assert "data" not in answer

    assert min(spent) < MOST * min(harmless), (spent, harmless)


@pytest.mark.parametrize("bomb", HARMLESS.values(), ids=HARMLESS.keys())
async def test_what_only_looks_like_a_bomb_is_answered(here: Installation, bomb: Bomb) -> None:
    answer = await thrown(here, bomb)

    assert set(codes({"errors": answer.get("errors", [])})) <= {"UNAUTHENTICATED"}
    assert "data" in answer


async def test_others_are_served_meanwhile(here: Installation) -> None:
    token = here.token(await here.officer())
    await here.open_case()
    bombs = [bomb for bomb, _ in REFUSED.values()]

    async def throw() -> None:
        for bomb in rounds(bombs, 3):
            await thrown(here, bomb)
            await asyncio.sleep(0)  # a server takes turns between requests

    throwing, answered = asyncio.gather(throw()), 0
    while not throwing.done():
        answer = await here.ask(token, "{ cases { totalCount } }")
        assert answer["data"] == {"cases": {"totalCount": 1}}
        answered += 1
        await asyncio.sleep(0)
    await throwing

    assert answered > 3  # between a few bombs each, not after them all


def rounds(bombs: list[Bomb], times: int) -> Iterator[Bomb]:
    """Yield each bomb so many times, never in the same form."""
    for _ in range(times):
        yield from map(unlike, bombs)


def resident() -> int:
    """Bytes of memory that this process has."""
    gc.collect()
    pages = int(_MEMORY.read_text().split()[1])
    return pages * 4096


@pytest.mark.skipif(not _MEMORY.exists(), reason="there is no /proc to see one's memory by")
async def test_memory_stays_flat_however_many_there_are(here: Installation) -> None:
    bombs = [bomb for bomb, _ in REFUSED.values() if len(json.dumps(bomb)) < SMALL]
    for bomb in rounds(bombs, 8):  # fills what is kept
        await thrown(here, bomb)
    before = resident()

    for bomb in rounds(bombs, 10):
        await thrown(here, bomb)

    assert resident() - before < 16 * 1024 * 1024
