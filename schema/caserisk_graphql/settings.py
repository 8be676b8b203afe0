"""Declare the settings, and read them once from the environment into a frozen object."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields
from difflib import get_close_matches
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Self, get_origin, get_type_hints

from caserisk.domain.refusals import Refused, invalid
from caserisk.domain.texts import Text
from caserisk_graphql.engine.limits import Limits

PREFIX = "CASERISK_"
"""The beginning of each variable's name."""

_TEST_PREFIX = "CASERISK_TEST_"
"""The beginning of variables that are for tests alone."""

_DATABASES = ("sqlite", "postgresql", "postgres")
_MAX_LEEWAY = 300.0
_MAX_SECONDS = 3600.0
_MAX_DIGITS = 12
_MAX_PORT = 65535

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


class _InvalidValue(ValueError):
    """A value that a setting cannot have; the texts say what would be right."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


# ------------------------------------------------------------------------------------------------ values


def _parse_switch(value: str) -> bool:
    if value.lower() not in ("on", "off"):
        raise _InvalidValue("应为 on 或 off", "write on or off")
    return value.lower() == "on"


def _parse_port(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 5 and int(value) <= _MAX_PORT):
        raise _InvalidValue(
            "应为 0 至 65535 的整数(0 为任一空闲端口)", "write a number from 0 to 65535 (0: any free port)"
        )
    return int(value)


def _parse_count(value: str) -> int:
    # Digits of other scripts are decimal for Python too, and nobody means them.
    if not (value.isascii() and value.isdecimal() and len(value) <= _MAX_DIGITS and int(value) >= 1):
        raise _InvalidValue(
            f"应为 1 至 {_MAX_DIGITS} 位的正整数", f"write a whole number from 1, of at most {_MAX_DIGITS} digits"
        )
    return int(value)


def _parse_duration(value: str) -> float:
    return _parse_seconds(value, least=0.1, most=_MAX_SECONDS)


def _parse_leeway(value: str) -> float:
    return _parse_seconds(value, least=0.0, most=_MAX_LEEWAY)


def _parse_seconds(value: str, *, least: float, most: float) -> float:
    wrong = _InvalidValue(f"应为 {least:g} 至 {most:g} 的秒数", f"write a number of seconds from {least:g} to {most:g}")
    try:
        seconds = float(value)
    except ValueError:
        raise wrong from None
    if not least <= seconds <= most:  # not a number is refused here too
        raise wrong
    return seconds


def _parse_documents(value: str) -> str:
    if value.lower() not in ("any", "trusted"):
        raise _InvalidValue("应为 any 或 trusted", "write any or trusted")
    return value.lower()


def _one_of(*words: str) -> Callable[[str], str]:
    """Return a parser that accepts these words, in capitals too."""

    def parse(value: str) -> str:
        if value.lower() not in words:
            raise _InvalidValue(f"应为 {'、'.join(words)} 之一", f"write one of {', '.join(words)}")
        return value.lower()

    return parse


def _parse_origins(value: str) -> tuple[str, ...]:
    """Parse origins as browsers send them: scheme, host, and port unless it is the scheme's default."""
    origins = tuple(item.strip().lower() for item in value.split(",") if item.strip())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            shown = origin.rpartition("@")[2]  # what stands before it may be a password
            raise _InvalidValue(
                f"「{shown}」不是来源;应为 https://主机 或 http://主机:端口,不带路径,逗号分隔,不可用 *",
                f"{shown!r} is no origin; write https://host or http://host:port, without a path, separated by "
                "commas, never *",
            )
    return origins


def _parse_networks(value: str) -> tuple[str, ...]:
    """Parse addresses and networks, as 10.0.0.5 and 10.1.0.0/16."""
    networks = tuple(item.strip() for item in value.split(",") if item.strip())
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            raise _InvalidValue(
                f"「{network}」不是地址;应为 IP 地址或网段,如 10.0.0.5,10.1.0.0/16",
                f"{network!r} is no address; write IP addresses or networks, as 10.0.0.5,10.1.0.0/16",
            ) from None
    return networks


def _parse_file_or_url(value: str) -> str:
    scheme, separator, _ = value.partition("://")
    if separator and scheme.lower() not in ("http", "https"):
        raise _InvalidValue("应为文件路径,或 http(s) 地址", "write the path of a file, or an http(s) address")
    return value


def _parse_database_url(value: str) -> str:
    from sqlalchemy import make_url  # takes 0.2 s to import, which commands without a database need not wait for
    from sqlalchemy.exc import ArgumentError

    wrong = _InvalidValue(
        "应为 sqlite:///文件路径 或 postgresql://用户:密码@主机/库名",
        "write sqlite:///path or postgresql://user:password@host/database",
    )
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise wrong from None
    database = url.get_backend_name()
    # Each connection to a database in memory would see another one.
    is_in_memory = database == "sqlite" and url.database in (None, "", ":memory:")
    if database not in _DATABASES or is_in_memory:
        raise wrong
    return value


# ------------------------------------------------------------------------------------------------ declarations


@dataclass(frozen=True, slots=True)
class Setting:
    """The declaration of a setting: the parser of its text, its default, and its meaning for the documentation.

    A default that lies in the data folder is a function of that folder, described by ``shown_default``. ``needs`` are
    the settings that have to be set together with it, ``excludes`` is one that must not be.
    """

    parse: Callable[[str], object]
    default: object
    meaning: str
    _: KW_ONLY
    shown_default: str | None = None
    needs: Sequence[str] = ()
    excludes: str | None = None

    def default_in(self, data_dir: Path) -> object:
        """Return the default of an installation with this data folder."""
        return self.default(data_dir) if callable(self.default) else self.default


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of an installation; each is the variable ``CASERISK_`` and its name in capitals."""

    database_url: Annotated[
        str,
        Setting(
            _parse_database_url,
            lambda data_dir: f"sqlite:///{data_dir}/caserisk.db",
            "or `postgresql://user:password@host/database`",
            shown_default="SQLite in the data folder",
        ),
    ] = field(repr=False)
    data_dir: Annotated[
        Path,
        Setting(Path, Path("var"), "where the embedded database and the signing key are", shown_default="`./var`"),
    ]
    host: Annotated[str, Setting(str, "127.0.0.1", "the address to listen on")]
    port: Annotated[int, Setting(_parse_port, 8000, "the port to listen on; `0`: any free one")]
    baseline: Annotated[
        bool, Setting(_parse_switch, True, "whether offices without a plugin follow the core's baseline")
    ]
    clock: Annotated[
        bool, Setting(_parse_switch, True, "the deadline clock inside `serve`; `off` where `caserisk worker` runs it")
    ]
    clock_interval: Annotated[float, Setting(_parse_duration, 5.0, "seconds between its ticks")]
    calendar: Annotated[
        Path | None,
        Setting(Path, None, "a CSV file of further [working days](#working-days)"),
    ]
    compiler: Annotated[
        bool, Setting(_parse_switch, True, "answer stored fields by SQL alone; `off` changes nothing but speed")
    ]
    jwks: Annotated[
        str | None,
        Setting(
            _parse_file_or_url,
            None,
            "the key set of your identity provider: a file or an address. The next two are then needed",
            needs=("jwt_audience", "jwt_issuer"),  # alone it would admit all tokens that the provider signs for anybody
        ),
    ] = field(repr=False)
    jwt_audience: Annotated[
        str | None, Setting(str, None, "the `aud` of the provider's tokens for this installation", needs=("jwks",))
    ]
    jwt_issuer: Annotated[str | None, Setting(str, None, "the `iss` of the provider's tokens", needs=("jwks",))]
    jwt_leeway: Annotated[float, Setting(_parse_leeway, 10.0, "seconds that clocks may be apart")]
    signing_key: Annotated[
        Path,
        Setting(
            Path,
            lambda data_dir: data_dir / "signing-key.json",
            "the key of our own tokens; of no use beside `CASERISK_JWKS`",
            shown_default="in the data folder",
            excludes="jwks",
        ),
    ]
    cors_origins: Annotated[
        tuple[str, ...],
        Setting(_parse_origins, (), "origins of web pages on other hosts that may ask, separated by commas"),
    ]
    documents: Annotated[str, Setting(_parse_documents, "any", "`trusted`: answer only documents that were entered")]
    tls_cert: Annotated[
        Path | None,
        Setting(Path, None, "the server's certificate (chain), in PEM; with its key or not at all", needs=("tls_key",)),
    ]
    tls_key: Annotated[Path | None, Setting(Path, None, "the key of the certificate, in PEM", needs=("tls_cert",))]
    forwarded_from: Annotated[
        tuple[str, ...], Setting(_parse_networks, (), "addresses or networks of proxies, separated by commas")
    ]
    metrics: Annotated[
        str,
        Setting(
            _one_of("local", "on", "off"),
            "local",
            "who may read `/metrics`: this machine (`local`), anybody (`on`), nobody (`off`)",
        ),
    ]
    log_format: Annotated[str, Setting(_one_of("text", "json"), "text", "`json`: a JSON object a line")]
    log_level: Annotated[
        str,
        Setting(
            _one_of("critical", "error", "warning", "info", "debug"),
            "info",
            "`debug`, `info`, `warning`, `error` or `critical`; operations are logged at `info`",
        ),
    ]
    limits: Limits

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings; an empty variable counts as not set.

        Raises:
            Refused: INVALID, naming the variable, its value and what would be right.
        """
        _check_names(env)
        reader = _Reader(env)
        data_dir = reader.read("data_dir", Path, Path("var"))  # first: other defaults lie in it
        values = {
            name: reader.read(name, setting.parse, setting.default_in(data_dir))
            for name, setting in declared_settings().items()
        }
        settings = cls(**values, limits=_read_limits(reader))
        _check_combinations(reader)
        return settings


@cache
def declared_settings() -> Mapping[str, Setting]:
    """Return the declarations of the settings by their names, but not those of `Limits`."""
    hints = get_type_hints(Settings, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if get_origin(hint) is Annotated}


def variable_name(name: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + name.upper()


def unusable_setting(variable: str, value: str, error: Exception) -> Refused:
    """Create the refusal of a setting whose value is well-formed, but cannot be used."""
    if isinstance(error, Refused):  # what is in the file that the setting names
        cause = error.problems[0].message_for(str)
    else:
        line = str(getattr(error, "orig", error)).strip().splitlines()[0]
        cause = Text(line, line)
    return invalid(
        f"{variable}「{value}」无法使用:{cause.zh}", f"{variable} {value!r} cannot be used: {cause.en}", variable
    )


# ------------------------------------------------------------------------------------------------ reading


class _Reader:
    """A reader of variables that names the one whose value is wrong."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def text(self, name: str) -> str:
        """Return the text of a setting; empty where it is not set."""
        return self._env.get(variable_name(name), "").strip()

    def read(self, name: str, parse: Callable[[str], Any], default: Any) -> Any:
        """Return the value of a setting, its default where it is not set.

        Raises:
            Refused: INVALID.
        """
        text = self.text(name)
        if not text:
            return default
        try:
            return parse(text)
        except _InvalidValue as wrong:
            variable = variable_name(name)
            raise invalid(
                f"设置 {variable}=「{_without_secrets(text)}」不对;{wrong.zh}",
                f"the setting {variable}={_without_secrets(text)!r} is wrong; {wrong.en}",
                variable,
            ) from None


def _without_secrets(value: str) -> str:
    """Return a value as it may be shown: of a URL, which may hold a password, the scheme alone."""
    scheme, separator, _ = value.partition("://")
    return f"{scheme}://…" if separator else value


def _read_limits(reader: _Reader) -> Limits:
    values = {
        item.name: reader.read(
            item.name, _parse_count if isinstance(item.default, int) else _parse_duration, item.default
        )
        for item in fields(Limits)
    }
    limits = Limits(**values)
    if limits.cost_per_minute < limits.max_cost:  # the dearest allowed query could never be answered
        raise _unaffordable_cost(limits)
    return limits


def _check_names(env: Mapping[str, str]) -> None:
    """Refuse variables with our prefix that are no setting: a misspelt one would silently do nothing."""
    known = {variable_name(name) for name in (*declared_settings(), *(item.name for item in fields(Limits)))}
    for variable in sorted(env):
        if variable.startswith(PREFIX) and not variable.startswith(_TEST_PREFIX) and variable not in known:
            near = get_close_matches(variable, known, n=1)
            listed = near[0] if near else ", ".join(sorted(known))
            value = _without_secrets(env[variable])
            raise invalid(
                f"没有设置项 {variable}(值为「{value}」);可用:{listed}",
                f"there is no setting {variable} (its value is {value!r}); there is {listed}",
                variable,
            )


def _check_combinations(reader: _Reader) -> None:
    """Refuse settings that need another one, or exclude one another."""
    for name, setting in declared_settings().items():
        if not reader.text(name):
            continue
        for other in setting.needs:
            if not reader.text(other):
                raise _incomplete(variable_name(name), _without_secrets(reader.text(name)), variable_name(other))
        if setting.excludes and reader.text(setting.excludes):
            raise _exclusive(variable_name(name), variable_name(setting.excludes))


def _incomplete(variable: str, value: str, missing: str) -> Refused:
    return invalid(
        f"设置了 {variable}=「{value}」而没有设置 {missing};两者须一并设置",
        f"{variable}={value!r} is set and {missing} is not; set both",
        variable,
        missing,
    )


def _exclusive(variable: str, other: str) -> Refused:
    return invalid(
        f"{variable} 与 {other} 不能同时设置:令牌由后者的公钥核验,前者无用;请去掉其一",
        f"{variable} and {other} exclude each other: tokens are checked by the latter's keys, and "
        "the former is of no use; drop one",
        variable,
    )


def _unaffordable_cost(limits: Limits) -> Refused:
    cost, budget = variable_name("max_cost"), variable_name("cost_per_minute")
    return invalid(
        f"{budget}={limits.cost_per_minute} 小于 {cost}={limits.max_cost};一次查询允许的成本不能超过一分钟的额度",
        f"{budget}={limits.cost_per_minute} is less than {cost}={limits.max_cost}; within a minute at least one query "
        "of the highest cost has to be affordable",
        budget,
    )
