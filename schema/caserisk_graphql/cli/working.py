"""How commands work: with an application that is opened for them and closed again."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from caserisk_graphql.application import Application, application
from caserisk_graphql.settings import Settings

T = TypeVar("T")


def settings(**instead: str | None) -> Settings:
    """The settings of the environment; what is given takes the place of its variable.

    Raises:
        Refused: INVALID.
    """
    given = {f"CASERISK_{name.upper()}": value for name, value in instead.items() if value is not None}
    return Settings.from_env({**os.environ, **given})


def work(job: Callable[[Application], Awaitable[T]]) -> T:
    """Do a job with an application. It speaks for itself: what the parts log is not shown.

    Raises:
        Refused: what a person can put right.
    """
    logging.disable(logging.CRITICAL)
    return asyncio.run(_work(job))


async def _work(job: Callable[[Application], Awaitable[T]]) -> T:
    async with application(settings()) as opened:
        return await job(opened)
