"""Fixtures of those who mean no good."""

from __future__ import annotations

import pytest

from tests.support.api import Api
from tests.support.world import World


@pytest.fixture
def api(world: World) -> Api:
    """The API of the world."""
    return Api(world)
