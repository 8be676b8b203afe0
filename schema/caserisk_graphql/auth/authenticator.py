"""Authenticate officers by bearer tokens. Roles and department come from the officer's record, never from the token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import time
from typing import Generic, TypeVar

import jwt

from caserisk.domain.texts import Text
from caserisk_graphql.auth.key_ring import KeyRing, PublicKey
from caserisk_graphql.errors import RequestError, RequestErrorCode
from caserisk_graphql.lru_cache import LruCache

T = TypeVar("T")

_SCHEME = "bearer"

_MAX_BEARER_TOKEN_LENGTH = 8192
_MAX_OFFICER_ID_LENGTH = 200

_MAX_EXPIRY = 253_402_300_799
"""The last second of the year 9999, after which `datetime` ends."""

_TOKEN_CACHE_SIZE = {"entries": 10_000, "size": 10_000_000}
"""The most tokens that are cached, and the most characters of all together."""

_WRONG_FORM = Text(
    "登录信息的格式不对;应为「Bearer 令牌」", "the sign-in has the wrong form; it is the word Bearer and a token"
)
_NOT_VALID = Text("令牌无效,请重新登录", "the token is not valid; sign in again")
_EXPIRED = Text("令牌已过期,请重新登录", "the token has expired; sign in again")
UNKNOWN_OFFICER = Text(
    "令牌所属人员未登记或已停用,请联系系统管理员",
    "the officer this token is for is not entered or no longer active; ask your administrator",
)
"""The reason to refuse a valid token whose officer is unknown or retired."""


class Unauthenticated(RequestError):
    """A token or ticket that is refused; ``text`` gives the reason, and nothing of the token."""

    def __init__(self, text: Text) -> None:
        super().__init__(RequestErrorCode.UNAUTHENTICATED, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _VerifiedToken:
    """A token whose signature and claims were verified; ``expires`` in seconds since 1970."""

    subject: str
    expires: int
    key: PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Generic[T]):
    """A signed-in viewer; ``expires_at`` in seconds since 1970, the leeway for differing clocks included."""

    viewer: T
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator(Generic[T]):
    """Verifies bearer tokens and finds their officers.

    ``find_viewer`` returns an active officer by id. ``audience`` and ``issuer`` are required of tokens where they are
    set; ``leeway`` is in seconds. A signature is verified once for each token and key.
    """

    keys: KeyRing
    find_viewer: Callable[[str], Awaitable[T | None]]
    audience: str | None = None
    issuer: str | None = None
    leeway: float = 0.0
    _verified: LruCache[str, _VerifiedToken] = field(
        default_factory=lambda: LruCache(**_TOKEN_CACHE_SIZE), init=False, repr=False
    )

    async def sign_in(self, authorization: str | None) -> Session[T] | None:
        """Return the session of whoever sends this ``Authorization``; None where none is sent.

        Raises:
            Unauthenticated: the token is refused.
        """
        if authorization is None:
            return None
        verified = await self._verify_cached(_bearer_token(authorization))
        viewer = await self.find_viewer(verified.subject) if _is_possible_id(verified.subject) else None
        if viewer is None:
            raise Unauthenticated(UNKNOWN_OFFICER)
        # With the leeway that the check of the token allows, or a token just accepted could give an ended session.
        return Session(viewer=viewer, expires_at=verified.expires + self.leeway)

    async def _verify_cached(self, token: str) -> _VerifiedToken:
        verified = self._verified.get(token)
        # The key is asked for again: one that was withdrawn, or replaced under its id, makes its tokens void.
        if verified and await self.keys.find(verified.key.id) is verified.key:
            if verified.expires > time() - self.leeway:
                return verified
            self._verified.discard(token)  # it has expired; verified again, it is refused with that reason
        verified = await self._verify(token)
        return self._verified.put(token, verified, len(token))

    async def _verify(self, token: str) -> _VerifiedToken:
        try:
            # Read before the signature is verified; it is only compared with the ids of known keys.
            key = await self.keys.find(jwt.get_unverified_header(token).get("kid"))
            if key is None:
                raise Unauthenticated(_NOT_VALID)
            claims = jwt.decode(
                token,
                key.public,
                algorithms=key.algorithms,  # by the key alone: the token's own "alg" must not choose
                audience=self.audience,
                issuer=self.issuer,
                leeway=self.leeway,
                # Where no audience is set, PyJWT would refuse each token that names one.
                options={"require": self._required_claims(), "verify_aud": self.audience is not None},
            )
            return _VerifiedToken(subject=str(claims["sub"]), expires=min(int(claims["exp"]), _MAX_EXPIRY), key=key)
        except jwt.ExpiredSignatureError:
            raise Unauthenticated(_EXPIRED) from None
        except (jwt.PyJWTError, ValueError, OverflowError, RecursionError):  # PyJWT lets errors of its parsers through
            raise Unauthenticated(_NOT_VALID) from None

    def _required_claims(self) -> list[str]:
        required = {"exp": True, "sub": True, "aud": self.audience, "iss": self.issuer}
        return [claim for claim, is_required in required.items() if is_required]


def _bearer_token(authorization: str) -> str:
    # The name of the scheme is compared without regard to case (RFC 9110, section 11.1).
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != _SCHEME or not token.strip() or not token.isascii():
        raise Unauthenticated(_WRONG_FORM)
    if len(token) > _MAX_BEARER_TOKEN_LENGTH:
        raise Unauthenticated(_NOT_VALID)
    return token.strip()


def _is_possible_id(subject: str) -> bool:
    """Tell whether a subject may be sent to the database: PostgreSQL refuses some characters."""
    return len(subject) <= _MAX_OFFICER_ID_LENGTH and subject.isprintable()
