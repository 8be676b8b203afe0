"""The one place where parts meet: settings in, a running application out, closed again when it is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk import baseline
from caserisk.command_runner import Clock, CommandRunner, system_clock
from caserisk.commands.unit_of_work import NewId
from caserisk.domain.refusals import Refused, invalid
from caserisk.regulation.discovery import InstalledPlugin, find_installed_plugins
from caserisk.regulation.registry import Registry, build_registry
from caserisk.rulebook import Rulebook
from caserisk.store.database import Database, create_engine
from caserisk.store.migrating import NewerSchema, migrate
from caserisk.store.store import Store
from caserisk.store.viewers import VersionedViewer
from caserisk_graphql.auth import Authenticator, KeyRing, ViewerCache, is_address, keys_at, public_keys
from caserisk_graphql.settings import Settings

VERSION = version("caserisk")


def _load_baseline() -> object:
    return baseline.PLUGIN


BASELINE = InstalledPlugin(name="caserisk", version=VERSION, jurisdictions=(), load=_load_baseline)
"""The core's own regulation, as a plugin like the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Everything that runs: what the API, the clock and the command line work with."""

    settings: Settings
    engine: AsyncEngine
    store: Store
    registry: Registry
    rulebook: Rulebook
    runner: CommandRunner
    viewers: ViewerCache
    authenticator: Authenticator[VersionedViewer]
    new_id: NewId


@asynccontextmanager
async def application(
    settings: Settings, *, plugins: Iterable[InstalledPlugin] | None = None, clock: Clock = system_clock
) -> AsyncIterator[Application]:
    """Build an application on a database brought up to date; by default with the plugins of this environment.

    Raises:
        Refused: INVALID, where a setting names what cannot be used.
    """
    registry = registry_of(settings, plugins)
    await _make_data_dir(settings)
    keys = await _key_ring(settings)
    engine = await _open_database(settings)
    store = Store(Database(engine))
    try:
        runner, viewers = CommandRunner(store=store, registry=registry, clock=clock), ViewerCache(store)
        yield Application(
            settings=settings,
            engine=engine,
            store=store,
            registry=registry,
            rulebook=Rulebook(registry=registry, store=store),
            runner=runner,
            viewers=viewers,
            authenticator=Authenticator(
                keys=keys,
                find_viewer=viewers.find,
                audience=settings.jwt_audience,
                issuer=settings.jwt_issuer,
                leeway=settings.jwt_leeway,
            ),
            new_id=runner.new_id,
        )
    finally:
        await store.close()


def registry_of(settings: Settings, plugins: Iterable[InstalledPlugin] | None = None) -> Registry:
    """The regulations: of the plugins given, else of those installed, and of the core unless it is switched off."""
    return build_registry(
        find_installed_plugins() if plugins is None else plugins, baseline=BASELINE if settings.baseline else None
    )


async def _make_data_dir(settings: Settings) -> None:
    try:
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable("CASERISK_DATA_DIR", str(settings.data_dir), error) from error


async def _key_ring(settings: Settings) -> KeyRing:
    """The keys that tokens are checked by. An address may be away for now; a file or a key of our own may not."""
    if settings.jwks is None:
        try:
            own = await asyncio.to_thread(public_keys, settings.signing_key)
        except OSError as error:
            raise _unusable("CASERISK_SIGNING_KEY", str(settings.signing_key), error) from error
        return KeyRing(lambda: own)
    fetch = keys_at(settings.jwks)
    if not is_address(settings.jwks):
        try:
            await asyncio.to_thread(fetch)
        except (OSError, ValueError) as error:
            raise _unusable("CASERISK_JWKS", settings.jwks, error) from error
    return KeyRing(fetch)


async def _open_database(settings: Settings) -> AsyncEngine:
    engine = create_engine(settings.database_url)
    try:
        await migrate(engine)
    except (OSError, SQLAlchemyError, NewerSchema) as error:
        await engine.dispose()
        raise _unusable("CASERISK_DATABASE_URL", _without_secrets(settings.database_url), error) from error
    return engine


def _without_secrets(url: str) -> str:
    return make_url(url).set(query={}).render_as_string(hide_password=True)


def _unusable(name: str, value: str, error: Exception) -> Refused:
    cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
    return invalid(f"{name}「{value}」无法使用:{cause}", f"{name} {value!r} cannot be used: {cause}", name)
