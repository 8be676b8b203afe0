"""Who asks is shown by a token of the identity provider; whatever else is sent shows nobody, and is not repeated."""

from __future__ import annotations

import base64
import hmac
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from caserisk_graphql.auth import key_ring
from tests.support.installation import HOUR, Installation, Socket, codes, installed_at

AUDIENCE, ISSUER = "caserisk", "https://id.example"
WHO = "{ viewer { officer { id } } }"

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
P256 = ec.generate_private_key(ec.SECP256R1())

PEM = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def listed(key: Any, id: str) -> dict[str, Any]:
    """The public half of a key, as a key set lists it."""
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    public = algorithm.to_jwk(key.public_key(), as_dict=True)
    return {**{name: value for name, value in public.items() if name != "key_ops"}, "kid": id}


KEYS = {"keys": [listed(RSA, "one"), listed(P256, "two")]}


def claims(officer: str, **instead: Any) -> dict[str, Any]:
    """Claims that hold, but for what is given; None leaves one out."""
    right = {"sub": officer, "aud": AUDIENCE, "iss": ISSUER, "exp": datetime.now(UTC) + HOUR}
    return {name: value for name, value in {**right, **instead}.items() if value is not None}


def signed(officer: str, key: Any = RSA, algorithm: str = "RS256", id: Any = "one", **instead: Any) -> str:
    """A token of the provider, but for what is given."""
    return jwt.encode(claims(officer, **instead), key, algorithm, headers={"kid": id} if id else {})


def by_hand(header: str, payload: str, sign: Callable[[bytes], bytes]) -> str:
    """A token of any texts, whatever a library would say to them."""
    text = b".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=") for part in (header, payload))
    return (text + b"." + base64.urlsafe_b64encode(sign(text)).rstrip(b"=")).decode()


def signed_by_hand(officer: str, header: Mapping[str, Any] | str, payload: str | None = None) -> str:
    """A token that the provider's key signed, with any header."""
    if not isinstance(header, str):
        header = json.dumps({"alg": "RS256", "kid": "one", **header})
    right = json.dumps({"sub": officer, "aud": AUDIENCE, "iss": ISSUER, "exp": 4_000_000_000})
    algorithm = jwt.get_algorithm_by_name("RS256")
    return by_hand(header, payload or right, lambda text: algorithm.sign(text, RSA))


def with_secret(officer: str, secret: bytes) -> str:
    """A token whose signature is a hash with something that everybody knows."""
    header, payload = json.dumps({"alg": "HS256", "kid": "one"}), json.dumps({"sub": officer, "exp": 4_000_000_000})
    return by_hand(header, payload, lambda text: hmac.digest(secret, text, "sha256"))


def unsigned(officer: str, algorithm: str) -> str:
    """A token that nobody signed."""
    payload = json.dumps({"sub": officer, "aud": AUDIENCE, "iss": ISSUER, "exp": 4_000_000_000})
    return by_hand(json.dumps({"alg": algorithm, "kid": "one"}), payload, lambda _: b"")


def payload_of(officer: str, exp: str) -> str:
    """Claims with an expiry written in any way."""
    return f'{{"sub": "{officer}", "aud": "{AUDIENCE}", "iss": "{ISSUER}", "exp": {exp}}}'


FORGED: Mapping[str, Callable[[str], str]] = {
    "no algorithm": lambda officer: unsigned(officer, "none"),
    "no algorithm in capitals": lambda officer: unsigned(officer, "None"),
    "no algorithm named": lambda officer: signed_by_hand(officer, '{"kid": "one"}'),
    "an algorithm that is a list": lambda officer: signed_by_hand(officer, {"alg": ["RS256"]}),
    "no algorithm, then one": lambda officer: signed_by_hand(officer, '{"alg":"RS256","kid":"one","alg":"none"}'),
    "the public key as a secret": lambda officer: with_secret(officer, PEM),
    "the public key as a secret, without its last line": lambda officer: with_secret(officer, PEM.strip()),
    "the listed key as a secret": lambda officer: with_secret(officer, json.dumps(KEYS["keys"][0]).encode()),
    "an empty secret": lambda officer: with_secret(officer, b""),
    "another key": lambda officer: signed(officer, ANOTHER),
    "the key of another id": lambda officer: signed(officer, id="two"),
    "another kind of key": lambda officer: signed(officer, P256, "ES256", id="one"),
    "no key id where there are several": lambda officer: signed(officer, id=None),
    "an unknown key id": lambda officer: signed(officer, id="three"),
    "a key id that is a path": lambda officer: signed(officer, id="../../../../dev/null"),
    "a key id that is SQL": lambda officer: signed(officer, id="' OR '1'='1"),
    "a huge key id": lambda officer: signed(officer, id="k" * 5000),
    "a key id that is a number": lambda officer: signed_by_hand(officer, {"kid": 1}),
    "a key id that is an object": lambda officer: signed_by_hand(officer, {"kid": {"one": "one"}}),
    "a key id that is null": lambda officer: signed_by_hand(officer, {"kid": None}),
    "a key of its own": lambda officer: signed_by_hand(officer, {"kid": "x", "jwk": listed(RSA, "x")}),
    "a key set of its own": lambda officer: signed_by_hand(officer, {"kid": "x", "jku": "http://127.0.0.1:9/keys"}),
    "what has to be understood": lambda officer: signed_by_hand(officer, {"crit": ["exp"], "exp": 1}),
    "a payload elsewhere": lambda officer: signed_by_hand(officer, {"crit": ["b64"], "b64": False}),
    "a header that is a list": lambda officer: signed_by_hand(officer, "[]"),
    "a header a thousand deep": lambda officer: signed_by_hand(officer, "[" * 1000),
    "claims that are a list": lambda officer: signed_by_hand(officer, {}, "[]"),
    "an encrypted token": lambda officer: signed_by_hand(officer, {"enc": "A256GCM"}) + ".AAAA.AAAA",
    "five empty parts": lambda _: "....",
    "one part": lambda _: "abc",
    "no base64": lambda officer: signed(officer).replace("e", "!", 1),
    "a cut signature": lambda officer: signed(officer)[:-10],
    "a token of a megabyte": lambda officer: signed(officer, more="x" * 1_000_000),
    "expired": lambda officer: signed(officer, exp=datetime.now(UTC) - timedelta(seconds=30)),
    "not yet": lambda officer: signed(officer, nbf=datetime.now(UTC) + timedelta(seconds=60)),
    "issued tomorrow": lambda officer: signed(officer, iat=datetime.now(UTC) + timedelta(days=1)),
    "no expiry": lambda officer: signed(officer, exp=None),
    "an expiry that is no number": lambda officer: signed_by_hand(officer, {}, payload_of(officer, '"soon"')),
    "an expiry that is not a number": lambda officer: signed_by_hand(officer, {}, payload_of(officer, "NaN")),
    "an expiry without end": lambda officer: signed_by_hand(officer, {}, payload_of(officer, "Infinity")),
    "an expiry of 5,000 digits": lambda officer: signed_by_hand(officer, {}, payload_of(officer, "9" * 5000)),
    "another audience": lambda officer: signed(officer, aud="mail"),
    "no audience": lambda officer: signed(officer, aud=None),
    "an audience that is a number": lambda officer: signed(officer, aud=5),
    "another issuer": lambda officer: signed(officer, iss="https://id.example.evil"),
    "no issuer": lambda officer: signed(officer, iss=None),
    "nobody": lambda officer: signed(officer, sub=None),
    "somebody unknown": lambda _: signed("officer_0"),
    "somebody who is a number": lambda officer: signed_by_hand(
        officer, {}, f'{{"sub": 5, "aud": "{AUDIENCE}", "iss": "{ISSUER}", "exp": 4000000000}}'
    ),
}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Installation]:
    """An installation that trusts a provider by a file of its keys."""
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps(KEYS))
    async with installed_at(_of_provider(tmp_path, str(path))) as installation:
        yield installation


def _of_provider(folder: Path, jwks: str) -> dict[str, str]:
    return {
        "CASERISK_DATA_DIR": str(folder),
        "CASERISK_JWKS": jwks,
        "CASERISK_JWT_AUDIENCE": AUDIENCE,
        "CASERISK_JWT_ISSUER": ISSUER,
        "CASERISK_JWT_LEEWAY": "10",
    }


@pytest.mark.parametrize(
    ("key", "algorithm", "id"), [(RSA, "RS256", "one"), (RSA, "PS384", "one"), (P256, "ES256", "two")]
)
async def test_a_token_of_the_provider_shows_its_officer(here: Installation, key: Any, algorithm: str, id: str) -> None:
    officer = await here.officer()

    answer = await here.ask(signed(officer.id, key, algorithm, id), WHO)

    assert answer["data"] == {"viewer": {"officer": {"id": officer.id}}}


@pytest.mark.parametrize("instead", [{"exp": -5}, {"nbf": 5}, {"iat": 5}])
async def test_clocks_may_be_a_little_apart(here: Installation, instead: Mapping[str, int]) -> None:
    officer = await here.officer()
    times: dict[str, Any] = {
        claim: datetime.now(UTC) + timedelta(seconds=seconds) for claim, seconds in instead.items()
    }

    assert "errors" not in await here.ask(signed(officer.id, **times), WHO)


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
async def test_what_is_no_token_of_the_provider_shows_nobody(
    here: Installation, caplog: pytest.LogCaptureFixture, forge: Callable[[str], str]
) -> None:
    caplog.set_level(logging.DEBUG)
    officer = await here.officer()
    token = forge(officer.id)

    over_http = await here.ask(token, WHO)
    ticket = await here.http.post("/graphql/ticket", headers={"authorization": f"Bearer {token}"})
    socket = Socket(here.app)
    socket.say({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})
    closed = await socket.heard()
    await socket.ended()

    assert codes(over_http) == ["UNAUTHENTICATED"]
    assert (ticket.status_code, codes(ticket.json())) == (401, ["UNAUTHENTICATED"])
    assert closed["code"] == 4403
    parts = [part for part in token.split(".") if len(part) > 3]
    for said in (json.dumps(over_http), ticket.text, str(closed), caplog.text):
        assert not any(part in said for part in parts)


async def test_a_good_token_is_not_in_the_log_either(here: Installation, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    officer = await here.officer()
    token = signed(officer.id)
    socket = Socket(here.app)

    await here.ask(token, WHO)
    await here.ask(token, "{ nothing }")
    ticket = await here.ticket(token)
    await socket.open(token)
    await socket.leave()

    assert not any(part in caplog.text for part in (*token.split("."), ticket))


async def test_a_token_says_why_it_is_refused(here: Installation) -> None:
    officer = await here.officer()
    left = await here.officer()
    await here.dismiss(left)

    expired = await here.ask(FORGED["expired"](officer.id), WHO)
    gone = await here.ask(signed(left.id), WHO)
    none = await here.ask(None, WHO)

    assert "已过期" in expired["errors"][0]["message"]
    assert "已停用" in gone["errors"][0]["message"]
    assert "没有携带令牌" in none["errors"][0]["message"]


async def test_of_claims_that_come_twice_the_last_holds(here: Installation) -> None:
    """RFC 7519 leaves a reader that or a refusal; whoever signed it signed both."""
    officer, other = await here.officer(), await here.officer()
    payload = payload_of(other.id, "4000000000").replace("{", f'{{"sub": "{officer.id}", ', 1)

    answer = await here.ask(signed_by_hand(officer.id, {}, payload), WHO)

    assert answer["data"]["viewer"]["officer"]["id"] == other.id


# ------------------------------------------------------------------------------------------------ a provider that lives


class Provider:
    """An identity provider on this machine: its keys change, and it may be away."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.keys: dict[str, Any] = {"keys": [listed(RSA, "one")]}
        self.status, self.asked = 200, 0

    @property
    def address(self) -> str:
        """Where its keys are, with a password in it that nobody is to see."""
        return f"http://caserisk:geheim@127.0.0.1:{self._server.server_port}/jwks"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that is there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            living.asked += 1
            body = json.dumps(living.keys).encode()
            self.send_response(living.status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        living = Provider(server)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield living
        server.shutdown()
        thread.join()


async def test_a_new_key_of_the_provider_is_found(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with installed_at(_of_provider(tmp_path, provider.address)) as here:
        officer = await here.officer()
        old, new = signed(officer.id), signed(officer.id, P256, "ES256", "two")
        assert "errors" not in await here.ask(old, WHO)
        provider.keys = {"keys": [listed(P256, "two")]}

        too_early = await here.ask(new, WHO)
        monkeypatch.setattr(key_ring, "MIN_FETCH_INTERVAL", 0.0)
        later = await here.ask(new, WHO)

        assert codes(too_early) == ["UNAUTHENTICATED"]
        assert "errors" not in later
        assert codes(await here.ask(old, WHO)) == ["UNAUTHENTICATED"]


async def test_strangers_do_not_make_us_ask_the_provider(provider: Provider, tmp_path: Path) -> None:
    async with installed_at(_of_provider(tmp_path, provider.address)) as here:
        officer = await here.officer()
        for number in range(20):
            await here.ask(signed(officer.id, ANOTHER, id=f"stranger-{number}"), WHO)

        assert provider.asked == 1


async def test_a_provider_that_fails_locks_nobody_out(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with installed_at(_of_provider(tmp_path, provider.address)) as here:
        officer = await here.officer()
        assert "errors" not in await here.ask(signed(officer.id), WHO)
        provider.status, provider.keys = 500, {"keys": []}
        monkeypatch.setattr(key_ring, "MIN_FETCH_INTERVAL", 0.0)
        monkeypatch.setattr(key_ring, "KEYS_TTL", 0.0)

        assert "errors" not in await here.ask(signed(officer.id), WHO)

    assert provider.asked >= 2
    assert "the key set could not be fetched: the answer is 500" in caplog.text
    assert "geheim" not in caplog.text
