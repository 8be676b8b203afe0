"""Settings: read once from the environment, at the edge, into a frozen object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from caserisk.domain.refusals import Refused, invalid

T = TypeVar("T")

PREFIX = "CASERISK_"
LOG_LEVELS = ("critical", "error", "warning", "info", "debug")

_OF_TESTS = "CASERISK_TEST_"
_DATABASES = ("sqlite", "postgresql", "postgres")
_MOST_LEEWAY = 300.0
_MOST_INTERVAL = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that may be set; each field is the variable ``CASERISK_`` and its name in capitals.

    ``jwks`` is a file or an address; without it tokens are those of ``signing_key``, made at the first start.
    ``clock`` runs the deadline clock inside the server, every ``clock_interval`` seconds. ``compiler``
    answers stored fields by SQL alone; off changes nothing but speed. ``jwt_leeway`` is in seconds.
    """

    data_dir: Path
    database_url: str = field(repr=False)
    host: str
    port: int
    baseline: bool
    clock: bool
    clock_interval: float
    compiler: bool
    jwks: str | None = field(repr=False)
    jwt_audience: str | None
    jwt_issuer: str | None
    jwt_leeway: float
    signing_key: Path
    log_level: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings; an empty variable counts as not set.

        Raises:
            Refused: INVALID, naming the variable, its value and what would be right.
        """
        _check_names(env, {PREFIX + item.name.upper() for item in fields(cls)})
        read = _Reader(env)
        data_dir = read("DATA_DIR", Path, Path("var"))
        settings = cls(
            data_dir=data_dir,
            database_url=read("DATABASE_URL", _database_url, f"sqlite:///{data_dir}/caserisk.db"),
            host=read("HOST", str, "127.0.0.1"),
            port=read("PORT", _port, 8000),
            baseline=read("BASELINE", _switch, True),
            clock=read("CLOCK", _switch, True),
            clock_interval=read("CLOCK_INTERVAL", _interval, 5.0),
            compiler=read("COMPILER", _switch, True),
            jwks=read("JWKS", _file_or_address, None),
            jwt_audience=read("JWT_AUDIENCE", str, None),
            jwt_issuer=read("JWT_ISSUER", str, None),
            jwt_leeway=read("JWT_LEEWAY", _leeway, 10.0),
            signing_key=read("SIGNING_KEY", Path, data_dir / "signing-key.json"),
            log_level=read("LOG_LEVEL", _log_level, "info"),
        )
        _check_whole(settings)
        return settings


class _Wrong(ValueError):
    """A value that cannot be; says what would be right."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class _Reader:
    """Reads variables, and names the one that is wrong."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def __call__(self, name: str, parse: Callable[[str], T], default: T) -> T:
        value = self._env.get(PREFIX + name, "").strip()
        if not value:
            return default
        try:
            return parse(value)
        except _Wrong as wrong:
            raise invalid(
                f"设置 {PREFIX}{name}=「{_shown(value)}」不对;{wrong.zh}",
                f"the setting {PREFIX}{name}={_shown(value)!r} is wrong; {wrong.en}",
                PREFIX + name,
            ) from None


def _shown(value: str) -> str:
    """A value as it may be shown: of an address, which may hold a password, only how it begins."""
    scheme, separator, _ = value.partition("://")
    return f"{scheme}://…" if separator else value


def _check_names(env: Mapping[str, str], known: set[str]) -> None:
    for name in sorted(env):
        if name.startswith(PREFIX) and not name.startswith(_OF_TESTS) and name not in known:
            near = get_close_matches(name, known, n=1)
            listed = near[0] if near else ", ".join(sorted(known))
            raise invalid(
                f"没有设置项 {name}(值为「{_shown(env[name])}」);可用:{listed}",
                f"there is no setting {name} (its value is {_shown(env[name])!r}); there is {listed}",
                name,
            )


def _check_whole(settings: Settings) -> None:
    """Refuse what is set by half: a token's audience and issuer say nothing without the keys to check it by."""
    for name, value in (("JWT_AUDIENCE", settings.jwt_audience), ("JWT_ISSUER", settings.jwt_issuer)):
        if value is not None and settings.jwks is None:
            raise _needs_jwks(PREFIX + name, value)


def _needs_jwks(name: str, value: str) -> Refused:
    return invalid(
        f"设置了 {name}=「{value}」而没有设置 {PREFIX}JWKS;请一并设置公钥集文件或地址",
        f"{name}={value!r} is set and {PREFIX}JWKS is not; set the file or address of the key set too",
        name,
    )


# ------------------------------------------------------------------------------------------------ values


def _switch(value: str) -> bool:
    if value.lower() not in ("on", "off"):
        raise _Wrong("应为 on 或 off", "write on or off")
    return value.lower() == "on"


def _port(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 5 and int(value) <= 65535):
        raise _Wrong("应为 0 至 65535 的整数(0 为任一空闲端口)", "write a number from 0 to 65535 (0: any free port)")
    return int(value)


def _interval(value: str) -> float:
    return _seconds(value, least=0.1, most=_MOST_INTERVAL)


def _leeway(value: str) -> float:
    return _seconds(value, least=0.0, most=_MOST_LEEWAY)


def _seconds(value: str, *, least: float, most: float) -> float:
    wrong = _Wrong(f"应为 {least:g} 至 {most:g} 的秒数", f"write a number of seconds from {least:g} to {most:g}")
    try:
        seconds = float(value)
    except ValueError:
        raise wrong from None
    if not least <= seconds <= most:
        raise wrong
    return seconds


def _log_level(value: str) -> str:
    if value.lower() not in LOG_LEVELS:
        raise _Wrong(f"应为 {'、'.join(LOG_LEVELS)} 之一", f"write one of {', '.join(LOG_LEVELS)}")
    return value.lower()


def _file_or_address(value: str) -> str:
    scheme, separator, _ = value.partition("://")
    if separator and scheme.lower() not in ("http", "https"):
        raise _Wrong("应为文件路径,或 http(s) 地址", "write the path of a file, or an http(s) address")
    return value


def _database_url(value: str) -> str:
    wrong = _Wrong(
        "应为 sqlite:///文件路径 或 postgresql://用户:密码@主机/库名",
        "write sqlite:///path or postgresql://user:password@host/database",
    )
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise wrong from None
    kind = url.get_backend_name()
    in_memory = kind == "sqlite" and url.database in (None, "", ":memory:")  # nobody could share it
    if kind not in _DATABASES or in_memory:
        raise wrong
    return value
