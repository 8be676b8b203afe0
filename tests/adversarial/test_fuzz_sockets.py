"""Whatever comes over a WebSocket, the server closes it as the protocol says, tells nothing, and goes on."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.adversarial.fuzz_sockets import besiege, target


@pytest.mark.parametrize("seed", range(2))
async def test_visitors_of_every_kind_leave_nothing_behind(tmp_path: Path, seed: int) -> None:
    async with target(tmp_path) as server:
        tally = await besiege(server, Random(seed), visits=250)

    assert tally.ends.total() == 250
    assert {"4400", "4401", "4403", "4406", "4409", "4429", "1002", "1007", "1009"} <= set(tally.ends), tally.ends
