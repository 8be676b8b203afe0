"""Hold the public keys that verify tokens, and fetch them again when the provider changes them.

A ring of our own: the client of PyJWT blocks the event loop, and fetches anew for every unknown key id, so that
strangers could make a server flood its provider.
"""

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
"""Returns the key set; runs in a thread, as it may block."""

MIN_FETCH_INTERVAL = 30.0
"""Seconds between two fetches at least, whatever key ids strangers send."""

KEYS_TTL = 600.0
"""Seconds after which known keys are fetched again, so that a withdrawn key is no longer trusted."""

_FETCH_TIMEOUT = 15.0
"""Seconds that a whole fetch may take."""

_MIN_RSA_BITS = 2048
_RSA_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_ALGORITHMS: Mapping[tuple[object, object], tuple[str, ...]] = {
    ("RSA", None): _RSA_ALGORITHMS,
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
"""The algorithms of each key type and curve: never ``none``, never a shared secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key, and the algorithms it may be used with."""

    id: str | None
    public: Any
    algorithms: tuple[str, ...]


class KeyRing:
    """The keys of the last successful fetch, by their ids; a fetch that fails changes nothing."""

    def __init__(self, fetch: Fetch, *, time: Callable[[], float] = monotonic) -> None:
        self._fetch, self._time = fetch, time
        self._keys: tuple[PublicKey, ...] = ()
        self._tried_at: float | None = None
        self._lock = asyncio.Lock()

    async def find(self, id: str | None) -> PublicKey | None:
        """Return the key of an id, without an id the only key there is; None where it is unknown."""
        key = self._known(id)
        # While another request fetches, known keys are used without waiting for it.
        if key and (self._age() < KEYS_TTL or self._lock.locked()):
            return key
        async with self._lock:
            # Checked again: the request that held the lock before may have fetched.
            is_due = self._known(id) is None or self._age() >= KEYS_TTL
            if is_due and self._age() >= MIN_FETCH_INTERVAL:
                await self._fetch_keys()
        return self._known(id)

    async def has_keys(self) -> bool:
        """Tell whether there are keys; fetch them where that was never tried."""
        async with self._lock:
            if not self._keys and self._age() >= MIN_FETCH_INTERVAL:
                await self._fetch_keys()
        return bool(self._keys)

    def _known(self, id: str | None) -> PublicKey | None:
        if id is None:
            # A token need not name its key (RFC 7515, section 4.1.4); with several keys it would be a guess.
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.id == id), None)

    def _age(self) -> float:
        return float("inf") if self._tried_at is None else self._time() - self._tried_at

    async def _fetch_keys(self) -> None:
        self._tried_at = self._time()  # before the attempt: one that fails waits for its interval too
        try:
            # A thread cannot be cancelled: past this it goes on by itself, and what it returns is dropped.
            async with asyncio.timeout(_FETCH_TIMEOUT):
                key_set = await asyncio.to_thread(self._fetch)
            self._keys = tuple(usable_keys(key_set))
        except (OSError, ValueError) as error:  # the known keys stay: a provider that is away locks nobody out
            log.error("the key set could not be fetched: %s", str(error) or type(error).__name__)


def key_set_reader(location: str) -> Fetch:
    """Return the function that reads a key set from an http(s) URL or a file.

    The function raises OSError or ValueError.
    """
    if is_url(location):
        from caserisk_graphql.auth.jwks_client import http_reader  # httpx, for those alone who have a provider

        fetch = http_reader(location)
        return lambda: _parse_key_set(fetch())
    return lambda: _parse_key_set(Path(location).read_text(encoding="utf-8"))


def is_url(location: str) -> bool:
    """Tell whether a key set is fetched over the network; else it is a file."""
    return location.lower().startswith(("http://", "https://"))


def usable_keys(keys: KeySet) -> Iterable[PublicKey]:
    """Yield the keys of a key set that may verify tokens; log the others."""
    for jwk in keys["keys"]:
        # Each by itself: keys of a set that cannot be used are to be ignored (RFC 7517, section 5).
        try:
            yield _parse_key(jwk)
        except (ValueError, TypeError, AttributeError, jwt.PyJWTError) as error:
            log.warning("a key of the key set is left out: %s", error)


def _parse_key_set(text: str) -> KeySet:
    keys = json.loads(text)
    if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
        raise ValueError('no key set; it looks like {"keys": [...]}')
    return keys


def _parse_key(jwk: JWKDict) -> PublicKey:
    if "d" in jwk:  # the private part: whoever could read the set can sign
        raise ValueError("a private key has no place in a key set; replace it everywhere")
    kind = (jwk.get("kty"), jwk.get("crv"))
    allowed = _ALGORITHMS.get(kind, ())
    named = jwk.get("alg")  # a key that names an algorithm is used with that one alone
    algorithms = tuple(name for name in allowed if named in (None, name))
    if not algorithms or jwk.get("use", "sig") != "sig":
        raise ValueError(f"kty {kind[0]}, crv {kind[1]}, alg {named}, use {jwk.get('use')} cannot be used for tokens")
    public = jwt.PyJWK(jwk, algorithms[0]).key
    if isinstance(public, RSAPublicKey) and public.key_size < _MIN_RSA_BITS:
        raise ValueError(f"an RSA key of {public.key_size} bits is too short; it takes {_MIN_RSA_BITS}")
    return PublicKey(id=jwk.get("kid"), public=public, algorithms=algorithms)
