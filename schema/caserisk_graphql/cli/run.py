"""Run the job of a command with an application that is opened for it and closed at its end."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from caserisk_graphql.settings import Settings, variable_name

if TYPE_CHECKING:
    from caserisk_graphql.application import Application

T = TypeVar("T")


def load_settings(**options: str | None) -> Settings:
    """Load the settings of the environment; an option of the command line replaces the setting of its name.

    Raises:
        Refused: INVALID.
    """
    replaced = {variable_name(name): value for name, value in options.items() if value is not None}
    return Settings.from_env({**os.environ, **replaced})


def run_job(job: Callable[[Application], Awaitable[T]]) -> T:
    """Run a job with an application; return its result.

    Logging is off: a command prints what the user has to know.

    Raises:
        Refused: the job is refused, or a setting is wrong.
    """
    logging.disable(logging.CRITICAL)
    return asyncio.run(_run(job))


async def _run(job: Callable[[Application], Awaitable[T]]) -> T:
    from caserisk_graphql.application import application  # not before it is used: SQLAlchemy takes 0.3 s to import

    async with application(load_settings()) as opened:
        return await job(opened)
