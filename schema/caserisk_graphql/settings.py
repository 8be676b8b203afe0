"""Settings: read once from the environment, at the edge, into a frozen object."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from caserisk.domain.refusals import Refused, invalid
from caserisk_graphql.engine.limits import Limits

T = TypeVar("T")

PREFIX = "CASERISK_"
LOG_LEVELS = ("critical", "error", "warning", "info", "debug")

LOG_FORMATS = ("text", "json")
METRICS = ("local", "on", "off")
DOCUMENTS = ("any", "trusted")

_NEEDS = {
    "JWT_AUDIENCE": ("JWKS",),
    "JWT_ISSUER": ("JWKS",),
    "JWKS": ("JWT_AUDIENCE", "JWT_ISSUER"),
    "TLS_CERT": ("TLS_KEY",),
    "TLS_KEY": ("TLS_CERT",),
}
"""What is set by half without the others: a key set alone would let in whatever its provider signs for anybody."""

_EXCLUDES = {"SIGNING_KEY": "JWKS"}
"""What is of no use beside another."""

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_OF_TESTS = "CASERISK_TEST_"
_DATABASES = ("sqlite", "postgresql", "postgres")
_MOST_LEEWAY = 300.0
_MOST_INTERVAL = 3600.0
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that may be set; each field is the variable ``CASERISK_`` and its name in capitals.

    ``jwks`` is a file or an address; without it tokens are those of ``signing_key``, made at the first start.
    ``clock`` runs the deadline clock inside the server, every ``clock_interval`` seconds. ``compiler``
    answers stored fields by SQL alone; off changes nothing but speed. ``jwt_leeway`` is in seconds.
    ``cors_origins`` are the web pages' origins that may ask besides our own. ``documents`` is ``any``, or ``trusted``:
    then only documents that were entered are answered.
    ``log_format`` is ``text``, or ``json`` for a JSON object a line. ``metrics`` are answered to this machine alone
    (``local``), to anybody (``on``) or not at all (``off``). With ``tls_cert`` and ``tls_key``, both files in PEM, the
    server speaks TLS. ``forwarded_from`` are the addresses of proxies that are believed whom they ask for.
    ``limits`` are a setting each.
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
    cors_origins: tuple[str, ...]
    documents: str
    tls_cert: Path | None
    tls_key: Path | None
    forwarded_from: tuple[str, ...]
    metrics: str
    log_format: str
    log_level: str
    limits: Limits

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings; an empty variable counts as not set.

        Raises:
            Refused: INVALID, naming the variable, its value and what would be right.
        """
        _check_names(
            env, {PREFIX + item.name.upper() for item in (*fields(cls), *fields(Limits)) if item.name != "limits"}
        )
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
            cors_origins=read("CORS_ORIGINS", _origins, ()),
            documents=read("DOCUMENTS", _documents, "any"),
            tls_cert=read("TLS_CERT", Path, None),
            tls_key=read("TLS_KEY", Path, None),
            forwarded_from=read("FORWARDED_FROM", _networks, ()),
            metrics=read("METRICS", _one_of(METRICS), "local"),
            log_format=read("LOG_FORMAT", _one_of(LOG_FORMATS), "text"),
            limits=_limits(read),
            log_level=read("LOG_LEVEL", _one_of(LOG_LEVELS), "info"),
        )
        _check_whole(read)
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

    def value(self, name: str) -> str:
        """What is set; empty where nothing is."""
        return self._env.get(PREFIX + name, "").strip()

    def __call__(self, name: str, parse: Callable[[str], T], default: T) -> T:
        value = self.value(name)
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


def _check_whole(read: _Reader) -> None:
    """Refuse what is set by half, and what stands against each other."""
    for name, others in _NEEDS.items():
        for other in others:
            if read.value(name) and not read.value(other):
                raise _by_half(PREFIX + name, _shown(read.value(name)), PREFIX + other)
    for name, other in _EXCLUDES.items():
        if read.value(name) and read.value(other):
            raise invalid(
                f"{PREFIX}{name} 与 {PREFIX}{other} 不能同时设置:令牌由后者的公钥核验,前者无用;请去掉其一",
                f"{PREFIX}{name} and {PREFIX}{other} exclude each other: tokens are checked by the latter's keys, and "
                "the former is of no use; drop one",
                PREFIX + name,
            )


def _by_half(name: str, value: str, missing: str) -> Refused:
    return invalid(
        f"设置了 {name}=「{value}」而没有设置 {missing};两者须一并设置",
        f"{name}={value!r} is set and {missing} is not; set both",
        name,
        missing,
    )


def _never_affordable(limits: Limits) -> Refused:
    most, budget = f"{PREFIX}MAX_COST", f"{PREFIX}COST_PER_MINUTE"
    return invalid(
        f"{budget}={limits.cost_per_minute} 小于 {most}={limits.max_cost};一次查询允许的成本不能超过一分钟的额度",
        f"{budget}={limits.cost_per_minute} is less than {most}={limits.max_cost}; within a minute at least one query "
        "of the highest cost has to be affordable",
        budget,
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


def _limits(read: _Reader) -> Limits:
    given: dict[str, Any] = {
        item.name: read(item.name.upper(), _count if isinstance(item.default, int) else _time, item.default)
        for item in fields(Limits)
    }
    limits = Limits(**given)
    if limits.cost_per_minute < limits.max_cost:
        raise _never_affordable(limits)
    return limits


def _count(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= _DIGITS and int(value) >= 1):
        raise _Wrong(f"应为 1 至 {_DIGITS} 位的正整数", f"write a whole number from 1, of at most {_DIGITS} digits")
    return int(value)


def _time(value: str) -> float:
    return _seconds(value, least=0.1, most=_MOST_INTERVAL)


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


def _documents(value: str) -> str:
    if value.lower() not in DOCUMENTS:
        raise _Wrong(f"应为 {' 或 '.join(DOCUMENTS)}", f"write {' or '.join(DOCUMENTS)}")
    return value.lower()


def _origins(value: str) -> tuple[str, ...]:
    """Origins as browsers send them: a scheme, a host, a port unless it is the scheme's own, and nothing more."""
    origins = tuple(item.strip().lower() for item in value.split(",") if item.strip())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            shown = origin.rpartition("@")[2]
            raise _Wrong(
                f"「{shown}」不是来源;应为 https://主机 或 http://主机:端口,不带路径,逗号分隔,不可用 *",
                f"{shown!r} is no origin; write https://host or http://host:port, without a path, separated by "
                "commas, never *",
            )
    return origins


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in words:
            raise _Wrong(f"应为 {'、'.join(words)} 之一", f"write one of {', '.join(words)}")
        return value.lower()

    return parse


def _networks(value: str) -> tuple[str, ...]:
    """Addresses and networks, as 10.0.0.5 and 10.1.0.0/16."""
    networks = tuple(item.strip() for item in value.split(",") if item.strip())
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            raise _Wrong(
                f"「{network}」不是地址;应为 IP 地址或网段,如 10.0.0.5,10.1.0.0/16",
                f"{network!r} is no address; write IP addresses or networks, as 10.0.0.5,10.1.0.0/16",
            ) from None
    return networks


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
