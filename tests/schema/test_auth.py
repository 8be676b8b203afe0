"""Tokens: whose they are, and which are none."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import multiprocessing
import stat
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from caserisk.domain.organisation import Office, Officer
from caserisk.domain.policy import Viewer
from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import Role
from caserisk_graphql.auth import (
    Authenticator,
    KeyRing,
    SigningKey,
    Unauthenticated,
    issue_token,
    key_set_reader,
    load_public_keys,
    load_signing_key,
)

HOUR = timedelta(hours=1)
OFFICE = Office(id="office_430200", code="430200", name="株洲市人民检察院", parent_id=None, path="/430200/")
HANDLER = Officer(
    id="officer_1", office_id=OFFICE.id, department_id="department_1", name="李检", roles=(Role.CASE_HANDLER,)
)


async def only_the_handler(id: str) -> Viewer | None:
    """A record with one active officer."""
    return Viewer(officer=HANDLER, office=OFFICE) if id == HANDLER.id else None


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    """This installation's own key."""
    return load_signing_key(tmp_path / "key.json")


@pytest.fixture
def own(key: SigningKey, tmp_path: Path) -> Authenticator[Viewer]:
    """An authenticator of this installation's own tokens."""
    keys = load_public_keys(tmp_path / "key.json")
    return Authenticator(keys=KeyRing(lambda: keys), find_viewer=only_the_handler)


def claims(**more: Any) -> dict[str, Any]:
    """Claims that hold, but for what is given."""
    return {"sub": HANDLER.id, "exp": datetime.now(UTC) + HOUR, **more}


async def shown_by(authenticator: Authenticator[Viewer], authorization: str | None) -> Viewer | None:
    """Who sends an ``Authorization``."""
    signed_in = await authenticator.sign_in(authorization)
    return signed_in.viewer if signed_in else None


async def refusal(authenticator: Authenticator[Viewer], token: str) -> Unauthenticated:
    """Why a token is refused."""
    with pytest.raises(Unauthenticated) as refused:
        await shown_by(authenticator, f"Bearer {token}")
    return refused.value


# ------------------------------------------------------------------------------------------------ our own key


def test_a_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key.json"

    first, second = load_signing_key(path), load_signing_key(path)

    assert first.id == second.id
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["key.json"]


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    path = str(tmp_path / "key.json")

    with multiprocessing.get_context("spawn").Pool(4) as pool:
        ids = pool.map(_key_id, [path] * 8, chunksize=1)

    assert len(set(ids)) == 1


def _key_id(path: str) -> str:
    return load_signing_key(Path(path)).id


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"kty": "OKP", "crv": "Ed25519", "kid": "x", "x": "AA"}'])
def test_a_damaged_key_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(content)

    with pytest.raises(Refused, match=r"key\.json"):
        load_signing_key(path)

    assert path.read_text() == content


def test_the_private_half_stays_at_home(key: SigningKey, tmp_path: Path) -> None:
    (public,) = load_public_keys(tmp_path / "key.json")["keys"]

    assert "d" not in public
    assert public["kid"] == key.id
    assert "Ed25519PrivateKey" not in repr(key)


# ------------------------------------------------------------------------------------------------ who asks


async def test_a_token_shows_its_officer(key: SigningKey, own: Authenticator[Viewer]) -> None:
    token = issue_token(key, HANDLER.id, lifetime=HOUR)

    viewer = await shown_by(own, f"bearer  {token} ")

    assert viewer == Viewer(officer=HANDLER, office=OFFICE)


async def test_roles_come_from_the_record_alone(key: SigningKey, own: Authenticator[Viewer]) -> None:
    token = jwt.encode(
        claims(roles=["CHIEF_PROCURATOR"], role="ADMINISTRATOR"), key.private, "EdDSA", headers={"kid": key.id}
    )

    viewer = await shown_by(own, f"Bearer {token}")

    assert viewer
    assert viewer.roles == {Role.CASE_HANDLER}


async def test_without_a_header_nobody_asks(own: Authenticator[Viewer]) -> None:
    assert await shown_by(own, None) is None


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "token", "Bearer 令牌"])
async def test_a_header_without_a_token_is_refused(own: Authenticator[Viewer], header: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        await shown_by(own, header)

    assert "Bearer" in refused.value.text.zh
    assert "Bearer" in refused.value.text.en


@pytest.mark.parametrize("subject", ["officer_2", "", "officer_1\x00", "x" * 5000])
async def test_a_token_of_nobody_known_is_refused(key: SigningKey, own: Authenticator[Viewer], subject: str) -> None:
    error = await refusal(own, issue_token(key, subject, lifetime=HOUR))

    assert "未登记" in error.text.zh
    assert "not entered" in error.text.en


async def test_an_expired_token_says_so(key: SigningKey, own: Authenticator[Viewer]) -> None:
    error = await refusal(own, issue_token(key, HANDLER.id, lifetime=-timedelta(seconds=1)))

    assert "已过期" in error.text.zh
    assert "expired" in error.text.en


async def test_clocks_may_differ_by_the_leeway(key: SigningKey, own: Authenticator[Viewer]) -> None:
    token = issue_token(key, HANDLER.id, lifetime=-timedelta(seconds=5))

    assert await shown_by(replace(own, leeway=60.0), f"Bearer {token}")
    session = await replace(own, leeway=60.0).sign_in(f"Bearer {token}")
    expires = jwt.decode(token, options={"verify_signature": False})["exp"]
    assert session
    assert session.expires_at == expires + 60


@pytest.mark.parametrize("missing", ["exp", "sub"])
async def test_a_token_without_end_or_subject_is_refused(
    key: SigningKey, own: Authenticator[Viewer], missing: str
) -> None:
    left = {name: value for name, value in claims().items() if name != missing}

    await refusal(own, jwt.encode(left, key.private, "EdDSA", headers={"kid": key.id}))


async def test_a_token_of_another_key_is_refused(key: SigningKey, own: Authenticator[Viewer]) -> None:
    forged = SigningKey(id=key.id, private=Ed25519PrivateKey.generate())

    await refusal(own, issue_token(forged, HANDLER.id, lifetime=HOUR))


async def test_an_unsigned_token_is_refused(key: SigningKey, own: Authenticator[Viewer]) -> None:
    await refusal(own, jwt.encode(claims(), "", "none", headers={"kid": key.id}))


@pytest.mark.parametrize(
    "token",
    [
        "no-token",
        "a.b.c",
        "....",
        "eyJhbGciOiJFZERTQSJ9..",
        base64.urlsafe_b64encode(b"[" * 40_000).decode() + ".e30.x",
        base64.urlsafe_b64encode(b"\xff\xfe").decode() + ".e30.x",
        base64.urlsafe_b64encode(b'{"alg":"EdDSA","kid":5}').decode().rstrip("=") + ".e30.x",
        base64.urlsafe_b64encode(b'{"alg":"EdDSA","crit":["x"]}').decode().rstrip("=") + ".e30.x",
        base64.urlsafe_b64encode(b'{"alg":["EdDSA"]}').decode().rstrip("=") + ".e30.x",
    ],
)
async def test_what_is_no_token_is_refused_without_a_word_of_it(own: Authenticator[Viewer], token: str) -> None:
    error = await refusal(own, token)

    said = f"{error} {error.text} {error.extensions}"
    assert token not in said
    assert "Invalid" not in said
    assert "padding" not in said


# ------------------------------------------------------------------------------------------------ identity providers


def jwk(key: Any, id: str | None = "one", **more: str) -> dict[str, Any]:
    """The public half of a key, as a key set lists it."""
    converts: dict[type, Callable[..., Any]] = {
        rsa.RSAPrivateKey: RSAAlgorithm.to_jwk,
        ec.EllipticCurvePrivateKey: ECAlgorithm.to_jwk,
        Ed25519PrivateKey: OKPAlgorithm.to_jwk,
    }
    convert = next(convert for kind, convert in converts.items() if isinstance(key, kind))
    listed = {"kid": id, **convert(key.public_key(), as_dict=True), **more}
    return {name: value for name, value in listed.items() if value is not None and name != "key_ops"}


def of_provider(
    *keys: Mapping[str, Any], audience: str | None = None, issuer: str | None = None
) -> Authenticator[Viewer]:
    """An authenticator of the tokens of a provider that publishes these keys."""
    ring = KeyRing(lambda: {"keys": list(keys)})
    return Authenticator(keys=ring, find_viewer=only_the_handler, audience=audience, issuer=issuer)


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
P256 = ec.generate_private_key(ec.SECP256R1())
P384 = ec.generate_private_key(ec.SECP384R1())


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (RSA, "PS512"), (P256, "ES256"), (P384, "ES384")])
async def test_the_usual_keys_of_providers_work(key: Any, algorithm: str) -> None:
    token = jwt.encode(claims(), key, algorithm, headers={"kid": "one"})

    assert await shown_by(of_provider(jwk(key), jwk(Ed25519PrivateKey.generate(), "two")), f"Bearer {token}")


async def test_a_key_signs_by_its_own_algorithm_only() -> None:
    token = jwt.encode(claims(), RSA, "RS512", headers={"kid": "one"})

    await refusal(of_provider(jwk(RSA, alg="RS256")), token)


def signed_with_secret(secret: bytes, key_id: str) -> str:
    """A token whose signature is a hash with a secret, as it would be made by hand."""
    header = {"alg": "HS256", "typ": "JWT", "kid": key_id}
    text = b".".join(encoded(json.dumps(part).encode()) for part in (header, {"sub": HANDLER.id, "exp": 4_000_000_000}))
    return (text + b"." + encoded(hmac.digest(secret, text, "sha256"))).decode()


def encoded(part: bytes) -> bytes:
    """A part of a token."""
    return base64.urlsafe_b64encode(part).rstrip(b"=")


async def test_a_public_key_is_no_shared_secret() -> None:
    public = RSA.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    for secret in (pem, pem.strip(), json.dumps(jwk(RSA)).encode(), b""):
        await refusal(of_provider(jwk(RSA)), signed_with_secret(secret, "one"))


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
async def test_keys_that_must_not_sign_are_left_out() -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    for key, listed, algorithm in (
        (short, jwk(short), "RS256"),
        (RSA, jwk(RSA, use="enc"), "RS256"),
        (RSA, {**jwk(RSA), "d": "AQAB"}, "RS256"),
        (b"s" * 32, {"kty": "oct", "kid": "one", "k": base64.urlsafe_b64encode(b"s" * 32).decode()}, "HS256"),
    ):
        await refusal(of_provider(listed), jwt.encode(claims(), key, algorithm, headers={"kid": "one"}))


async def test_a_token_without_key_id_takes_the_only_key() -> None:
    token = jwt.encode(claims(), P256, "ES256")

    assert await shown_by(of_provider(jwk(P256, None)), f"Bearer {token}")
    await refusal(of_provider(jwk(P256, None), jwk(P384, None)), token)


@pytest.mark.parametrize(
    "wrong",
    [{}, {"aud": "other", "iss": "https://id"}, {"aud": "caserisk", "iss": "https://evil"}, {"aud": "caserisk"}],
)
async def test_audience_and_issuer_have_to_be_right(wrong: dict[str, str]) -> None:
    authenticator = of_provider(jwk(P256), audience="caserisk", issuer="https://id")
    right = jwt.encode(claims(aud=["x", "caserisk"], iss="https://id"), P256, "ES256", headers={"kid": "one"})

    assert await shown_by(authenticator, f"Bearer {right}")
    await refusal(authenticator, jwt.encode(claims(**wrong), P256, "ES256", headers={"kid": "one"}))


async def test_an_audience_is_ignored_where_none_is_set() -> None:
    token = jwt.encode(claims(aud="account"), P256, "ES256", headers={"kid": "one"})

    assert await shown_by(of_provider(jwk(P256)), f"Bearer {token}")


# ------------------------------------------------------------------------------------------------ the key ring


class Provider:
    """A provider whose keys and whose time are set by hand; counts how often it was asked."""

    def __init__(self, *ids: str) -> None:
        self.ids, self.now, self.asked, self.away = list(ids), 0.0, 0, False

    def fetch(self) -> Mapping[str, Any]:
        """Its key set."""
        self.asked += 1
        if self.away:
            raise OSError("no route")
        return {"keys": [jwk(P256, id) for id in self.ids]}

    def ring(self) -> KeyRing:
        """A key ring that asks it."""
        return KeyRing(self.fetch, time=lambda: self.now)


async def test_known_keys_are_not_fetched_again() -> None:
    provider = Provider("one")
    ring = provider.ring()

    found = await asyncio.gather(*(ring.find("one") for _ in range(20)))

    assert all(found)
    assert provider.asked == 1


async def test_an_unknown_key_is_looked_for_every_half_minute() -> None:
    provider = Provider("one")
    ring = provider.ring()
    await ring.find("one")
    provider.ids.append("two")

    too_early = [await ring.find("two") for _ in range(5)]
    provider.now = 30.0
    later = await ring.find("two")

    assert too_early == [None] * 5
    assert later
    assert provider.asked == 2


async def test_a_withdrawn_key_is_forgotten() -> None:
    provider = Provider("one", "two")
    ring = provider.ring()
    await ring.find("one")
    provider.ids.remove("one")

    provider.now = 599.0
    still = await ring.find("one")
    provider.now = 600.0
    gone = await ring.find("one")

    assert still
    assert gone is None


async def test_a_provider_that_is_away_locks_nobody_out() -> None:
    provider = Provider("one")
    ring = provider.ring()
    await ring.find("one")

    provider.away, provider.now = True, 700.0
    found = [await ring.find("one") for _ in range(5)]

    assert all(found)
    assert provider.asked == 2


@pytest.mark.parametrize("content", ["", "[]", '{"keys": 5}', "{}"])
async def test_what_is_no_key_set_gives_no_key(tmp_path: Path, content: str) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(content)

    assert await KeyRing(key_set_reader(str(path))).find("one") is None


async def test_a_key_set_may_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [5, jwk(P256)]}))

    assert await KeyRing(key_set_reader(str(path))).find("one")


async def test_a_key_set_may_be_an_address(tmp_path: Path) -> None:
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [jwk(P256)]}))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SilentHandler, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"

        found = await KeyRing(key_set_reader(f"{address}/jwks.json")).find("one")
        missing = await KeyRing(key_set_reader(f"{address}/elsewhere.json")).find("one")
        server.shutdown()

    away = await KeyRing(key_set_reader(f"{address}/jwks.json")).find("one")
    assert found
    assert missing is None
    assert away is None


class SilentHandler(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""
