"""The keys that tokens are checked by, fetched from a key set and fetched again when they change."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.types import JWKDict

log = logging.getLogger("caserisk.auth")

KeySet = Mapping[str, Any]
"""A JSON Web Key Set (RFC 7517)."""

Fetch = Callable[[], KeySet]
"""Gives the key set; runs off the event loop and may take its time."""

FETCH_AGAIN_AFTER = 30.0
"""Seconds that pass at least between two fetches."""

TRUSTED_FOR = 600.0
"""Seconds after which known keys are fetched again: one that was withdrawn is then no longer trusted."""

_PATIENCE = 15.0
"""Seconds that a provider has for its answer."""

_LEAST_RSA_BITS = 2048
_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_ALGORITHMS: Mapping[tuple[object, object], tuple[str, ...]] = {
    ("RSA", None): _RSA,
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
"""What a key of each type and curve may sign with: never ``none``, never a shared secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A public key, and the algorithms it may be used with."""

    id: str | None
    public: Any
    algorithms: tuple[str, ...]


class KeyRing:
    """Keys by their id, as the last fetch gave them. Where a fetch fails, those known before go on being trusted."""

    def __init__(self, fetch: Fetch, *, time: Callable[[], float] = monotonic) -> None:
        self._fetch, self._time = fetch, time
        self._keys: tuple[Key, ...] = ()
        self._tried_at: float | None = None
        self._lock = asyncio.Lock()

    async def find(self, id: str | None) -> Key | None:
        """The key of an id; without an id the only key there is."""
        key = self._known(id)
        if key and (self._age() < TRUSTED_FOR or self._lock.locked()):
            return key
        async with self._lock:
            wanted = self._known(id) is None or self._age() >= TRUSTED_FOR
            if wanted and self._age() >= FETCH_AGAIN_AFTER:
                await self._refresh()
        return self._known(id)

    async def ready(self) -> bool:
        """Whether there are keys; the first ones are fetched where nobody has asked for any yet."""
        async with self._lock:
            if not self._keys and self._age() >= FETCH_AGAIN_AFTER:
                await self._refresh()
        return bool(self._keys)

    def _known(self, id: str | None) -> Key | None:
        if id is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.id == id), None)

    def _age(self) -> float:
        return float("inf") if self._tried_at is None else self._time() - self._tried_at

    async def _refresh(self) -> None:
        self._tried_at = self._time()
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await asyncio.to_thread(self._fetch)
            self._keys = tuple(usable_keys(found))
        except (OSError, ValueError) as error:
            log.error("the key set could not be fetched: %s", str(error) or type(error).__name__)


def keys_at(address: str) -> Fetch:
    """Fetch a key set from an http(s) address or a file."""
    if is_address(address):
        from caserisk_graphql.auth.jwks_client import text_at

        text = text_at(address)
        return lambda: _checked(text())
    return lambda: _checked(Path(address).read_text(encoding="utf-8"))


def is_address(place: str) -> bool:
    """Whether a key set is fetched over the network; else it is a file."""
    return place.lower().startswith(("http://", "https://"))


def usable_keys(keys: KeySet) -> Iterable[Key]:
    """Those of a key set that may sign tokens; others are left out, and named in the log."""
    for jwk in keys["keys"]:
        try:
            yield _key(jwk)
        except (ValueError, TypeError, AttributeError, jwt.PyJWTError) as error:
            log.warning("a key of the key set is left out: %s", error)


def _checked(text: str) -> KeySet:
    keys = json.loads(text)
    if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
        raise ValueError('no key set; it looks like {"keys": [...]}')
    return keys


def _key(jwk: JWKDict) -> Key:
    if "d" in jwk:
        raise ValueError("a private key has no place in a key set; replace it everywhere")
    kind = (jwk.get("kty"), jwk.get("crv"))
    allowed = _ALGORITHMS.get(kind, ())
    named = jwk.get("alg")
    algorithms = tuple(name for name in allowed if named in (None, name))
    if not algorithms or jwk.get("use", "sig") != "sig":
        raise ValueError(f"kty {kind[0]}, crv {kind[1]}, alg {named}, use {jwk.get('use')} cannot be used for tokens")
    public = jwt.PyJWK(jwk, algorithms[0]).key
    if isinstance(public, RSAPublicKey) and public.key_size < _LEAST_RSA_BITS:
        raise ValueError(f"an RSA key of {public.key_size} bits is too short; it takes {_LEAST_RSA_BITS}")
    return Key(id=jwk.get("kid"), public=public, algorithms=algorithms)
