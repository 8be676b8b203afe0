"""Settings: read once, refused by name."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from caserisk.domain.refusals import Refused
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.settings import Settings


def problem_of(env: dict[str, str]) -> tuple[str, str, tuple[str, ...]]:
    """What is said, in both languages, of an environment that is wrong, and which variable it is about."""
    with pytest.raises(Refused) as refused:
        Settings.from_env(env)
    (problem,) = refused.value.problems
    return problem.message_for(str).zh, problem.message_for(str).en, problem.path


def test_everything_works_without_any_setting() -> None:
    settings = Settings.from_env({"PATH": "/usr/bin"})

    assert settings.database_url == "sqlite:///var/caserisk.db"
    assert settings.signing_key == Path("var/signing-key.json")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.baseline
    assert settings.clock
    assert settings.jwks is None
    assert settings.cors_origins == ()
    assert settings.documents == "any"


def test_database_and_key_follow_the_data_directory() -> None:
    settings = Settings.from_env({"CASERISK_DATA_DIR": "/srv/caserisk"})

    assert settings.database_url == "sqlite:////srv/caserisk/caserisk.db"
    assert settings.signing_key == Path("/srv/caserisk/signing-key.json")


def test_every_setting_can_be_chosen() -> None:
    settings = Settings.from_env(
        {
            "CASERISK_DATABASE_URL": "postgresql://caserisk:geheim@db/caserisk",
            "CASERISK_HOST": "::1",
            "CASERISK_PORT": "0",
            "CASERISK_BASELINE": "off",
            "CASERISK_CLOCK": "OFF",
            "CASERISK_CLOCK_INTERVAL": "0.5",
            "CASERISK_JWKS": "https://id.example/jwks",
            "CASERISK_JWT_AUDIENCE": "caserisk",
            "CASERISK_JWT_ISSUER": "https://id.example",
            "CASERISK_JWT_LEEWAY": "0",
            "CASERISK_CORS_ORIGINS": "https://Board.example, http://127.0.0.1:5173,http://[::1]:8080",
            "CASERISK_DOCUMENTS": "Trusted",
            "CASERISK_TLS_CERT": "/etc/caserisk/cert.pem",
            "CASERISK_TLS_KEY": "/etc/caserisk/key.pem",
            "CASERISK_FORWARDED_FROM": "10.0.0.5, 10.1.0.0/16,::1",
            "CASERISK_METRICS": "ON",
            "CASERISK_LOG_FORMAT": "JSON",
            "CASERISK_LOG_LEVEL": "DEBUG",
            "CASERISK_MAX_TOKENS": "50",
            "CASERISK_BODY_TIME": "0.5",
        }
    )

    assert (settings.host, settings.port) == ("::1", 0)
    assert not settings.baseline
    assert not settings.clock
    assert settings.clock_interval == 0.5
    assert settings.jwks == "https://id.example/jwks"
    assert (settings.jwt_audience, settings.jwt_issuer) == ("caserisk", "https://id.example")
    assert settings.jwt_leeway == 0
    assert settings.cors_origins == ("https://board.example", "http://127.0.0.1:5173", "http://[::1]:8080")
    assert settings.documents == "trusted"
    assert (settings.tls_cert, settings.tls_key) == (Path("/etc/caserisk/cert.pem"), Path("/etc/caserisk/key.pem"))
    assert settings.forwarded_from == ("10.0.0.5", "10.1.0.0/16", "::1")
    assert settings.limits == Limits(max_tokens=50, body_time=0.5)
    assert (settings.metrics, settings.log_format, settings.log_level) == ("on", "json", "debug")


def test_a_key_of_our_own_may_be_anywhere() -> None:
    settings = Settings.from_env({"CASERISK_SIGNING_KEY": "/etc/caserisk/key.json"})

    assert settings.signing_key == Path("/etc/caserisk/key.json")


def test_the_dearest_query_has_to_be_affordable() -> None:
    zh, en, path = problem_of({"CASERISK_MAX_COST": "1000", "CASERISK_COST_PER_MINUTE": "999"})

    assert path == ("CASERISK_COST_PER_MINUTE",)
    assert all("CASERISK_MAX_COST=1000" in said for said in (zh, en))


def test_an_empty_variable_is_not_set() -> None:
    assert Settings.from_env({"CASERISK_PORT": " ", "CASERISK_JWKS": ""}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CASERISK_PORT", "65536"),
        ("CASERISK_PORT", "-1"),
        ("CASERISK_PORT", "８０００"),  # full-width digits
        ("CASERISK_BASELINE", "yes"),
        ("CASERISK_CLOCK", "1"),
        ("CASERISK_CLOCK_INTERVAL", "0"),
        ("CASERISK_CLOCK_INTERVAL", "nan"),
        ("CASERISK_CLOCK_INTERVAL", "often"),
        ("CASERISK_JWT_LEEWAY", "301"),
        ("CASERISK_MAX_DEPTH", "0"),
        ("CASERISK_MAX_COST", "-1"),
        ("CASERISK_MAX_BODY", "1 MB"),
        ("CASERISK_MAX_VALUES", "１０"),
        ("CASERISK_REQUEST_TIME", "0"),
        ("CASERISK_HEADER_TIME", "inf"),
        ("CASERISK_CORS_ORIGINS", "*"),
        ("CASERISK_CORS_ORIGINS", "null"),
        ("CASERISK_CORS_ORIGINS", "board.example"),
        ("CASERISK_CORS_ORIGINS", "https://board.example/"),
        ("CASERISK_CORS_ORIGINS", "https://*.example"),
        ("CASERISK_CORS_ORIGINS", "https://board.example https://other.example"),
        ("CASERISK_DOCUMENTS", "all"),
        ("CASERISK_LOG_LEVEL", "loud"),
        ("CASERISK_LOG_FORMAT", "xml"),
        ("CASERISK_METRICS", "yes"),
        ("CASERISK_FORWARDED_FROM", "*"),
        ("CASERISK_FORWARDED_FROM", "10.0.0.5;10.0.0.6"),
        ("CASERISK_FORWARDED_FROM", "10.0.0.5/8"),  # a network with an address in it: which of the two is meant?
        ("CASERISK_JWKS", "ftp://id.example/jwks"),
        ("CASERISK_DATABASE_URL", "mysql://db/caserisk"),
        ("CASERISK_DATABASE_URL", "var/caserisk.db"),
        ("CASERISK_DATABASE_URL", "sqlite://"),  # in memory: no two connections would see the same
        ("CASERISK_DATABASE_URL", "sqlite:///:memory:"),
    ],
)
def test_a_wrong_value_is_named_in_both_languages(name: str, value: str) -> None:
    zh, en, path = problem_of({name: value})

    shown = value.partition("://")[0]
    assert path == (name,)
    assert f"{name}=「{shown}" in zh
    assert "应为" in zh
    assert f"{name}='{shown}" in en
    assert "write" in en


def test_a_misspelt_setting_is_named_with_its_neighbour() -> None:
    zh, en, path = problem_of({"CASERISK_DATABASEURL": "postgresql://caserisk:geheim@db/caserisk"})

    assert path == ("CASERISK_DATABASEURL",)
    assert "可用:CASERISK_DATABASE_URL" in zh
    assert "there is CASERISK_DATABASE_URL" in en
    assert "geheim" not in zh + en


def test_settings_of_the_tests_are_left_alone() -> None:
    assert Settings.from_env({"CASERISK_TEST_POSTGRES": "postgresql://db"}) == Settings.from_env({})


PROVIDER = {
    "CASERISK_JWKS": "https://caserisk:geheim@id.example/jwks",
    "CASERISK_JWT_AUDIENCE": "caserisk",
    "CASERISK_JWT_ISSUER": "https://id.example",
}
CERTIFICATE = {"CASERISK_TLS_CERT": "cert.pem", "CASERISK_TLS_KEY": "key.pem"}


@pytest.mark.parametrize("whole", [PROVIDER, CERTIFICATE], ids=["identity provider", "certificate"])
def test_what_is_set_by_half_is_refused(whole: dict[str, str]) -> None:
    for count in range(1, len(whole)):
        for names in combinations(whole, count):
            zh, en, path = problem_of({name: whole[name] for name in names})

            assert path[0] in names
            assert path[1] in set(whole) - set(names)
            for said in (zh, en):
                assert all(name in said for name in path)
                assert "geheim" not in said
    Settings.from_env(whole)


def test_a_key_of_our_own_beside_a_provider_is_refused() -> None:
    zh, en, path = problem_of({**PROVIDER, "CASERISK_SIGNING_KEY": "key.json"})

    assert path == ("CASERISK_SIGNING_KEY",)
    assert "CASERISK_JWKS" in zh
    assert "CASERISK_JWKS" in en


@pytest.mark.parametrize(
    "env",
    [
        {"CASERISK_DATABASE_URL": "postgresql://caserisk:geheim@db/caserisk"},
        PROVIDER,
    ],
)
def test_no_password_is_ever_shown(env: dict[str, str]) -> None:
    assert "geheim" not in repr(Settings.from_env(env))


def test_a_wrong_database_address_hides_its_password() -> None:
    zh, en, _ = problem_of({"CASERISK_DATABASE_URL": "oracle://caserisk:geheim@db/caserisk"})

    assert "geheim" not in zh + en
    assert "oracle://…" in zh
