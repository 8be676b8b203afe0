"""Open what the server, the deadline clock and the command line work with, by the settings; close it at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from caserisk.command_runner import Clock, CommandRunner, system_clock
from caserisk.domain.refusals import Refused
from caserisk.plugin_record import compare_plugins
from caserisk.regulation.discovery import InstalledPlugin
from caserisk.regulation.registry import Registry
from caserisk.rulebook import Rulebook
from caserisk.store.database import Database, create_engine
from caserisk.store.migrating import NewerSchema, migrate
from caserisk.store.store import Store
from caserisk.working_days import OfficialCalendar, parse_calendar
from caserisk_graphql.plugin_registry import load_registry
from caserisk_graphql.settings import Settings, unusable_setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The database, the regulations and what carries out commands, opened by the settings."""

    settings: Settings
    store: Store
    registry: Registry
    rulebook: Rulebook
    runner: CommandRunner


@asynccontextmanager
async def application(
    settings: Settings, *, plugins: Iterable[InstalledPlugin] | None = None, clock: Clock = system_clock
) -> AsyncIterator[Application]:
    """Open an application on a database brought up to date; by default with the plugins that are installed.

    Raises:
        Refused: INVALID, naming a setting that cannot be used.
    """
    registry = load_registry(settings, plugins)
    calendar = await asyncio.to_thread(_read_calendar, settings.calendar)
    await _make_data_dir(settings)
    store = await _open_store(settings)
    try:
        await compare_plugins(registry, store)
        yield Application(
            settings=settings,
            store=store,
            registry=registry,
            rulebook=Rulebook(registry=registry, store=store),
            runner=CommandRunner(store=store, registry=registry, clock=clock, calendar=calendar),
        )
    finally:
        await store.close()


def _read_calendar(file: Path | None) -> OfficialCalendar:
    if file is None:
        return OfficialCalendar()
    try:
        return parse_calendar(file.read_bytes())
    except (OSError, Refused) as error:
        raise unusable_setting("CASERISK_CALENDAR", str(file), error) from error


async def _make_data_dir(settings: Settings) -> None:
    try:
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise unusable_setting("CASERISK_DATA_DIR", str(settings.data_dir), error) from error


async def _open_store(settings: Settings) -> Store:
    engine = create_engine(settings.database_url)  # connects to nothing yet
    try:
        await migrate(engine)
    except (OSError, SQLAlchemyError, NewerSchema) as error:
        await engine.dispose()
        raise unusable_setting("CASERISK_DATABASE_URL", _without_secrets(settings.database_url), error) from error
    return Store(Database(engine))


def _without_secrets(url: str) -> str:
    # The query part may hold a password too, as libpq reads it.
    return make_url(url).set(query={}).render_as_string(hide_password=True)
