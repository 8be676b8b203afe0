"""Tokens in, viewers out. Roles and department come from the officer's record, never from the token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import time
from typing import Generic, TypeVar

import jwt

from caserisk.domain.texts import Text
from caserisk_graphql.auth.key_ring import Key, KeyRing
from caserisk_graphql.errors import RequestError, RequestErrorCode
from caserisk_graphql.lru_cache import LruCache

T = TypeVar("T")

_SCHEME = "bearer"
_LONGEST = 8192
"""Characters of a token that is looked at."""

_LONGEST_ID = 200
_NEVER = 253_402_300_799
"""The last second of the year 9999."""

_KEPT = {"entries": 10_000, "size": 10_000_000}
"""How many tokens that were checked are remembered, of how many characters together."""

_NO_BEARER = Text(
    "登录信息的格式不对;应为「Bearer 令牌」", "the sign-in has the wrong form; it is the word Bearer and a token"
)
_NOT_VALID = Text("令牌无效,请重新登录", "the token is not valid; sign in again")
_EXPIRED = Text("令牌已过期,请重新登录", "the token has expired; sign in again")
UNKNOWN_OFFICER = Text(
    "令牌所属人员未登记或已停用,请联系系统管理员",
    "the officer this token is for is not entered or no longer active; ask your administrator",
)
"""Why somebody with a good token is nobody here."""


class Unauthenticated(RequestError):
    """A token that shows nobody; ``text`` says why, and nothing of the token."""

    def __init__(self, text: Text) -> None:
        super().__init__(RequestErrorCode.UNAUTHENTICATED, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """A token whose signature and claims held: whom it is for, until when (seconds since 1970), by which key."""

    subject: str
    expires: int
    key: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Generic[T]):
    """Who asks, and until when that is shown, in seconds since 1970; the difference of clocks is in it."""

    viewer: T
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator(Generic[T]):
    """Checks bearer tokens and finds who they are for.

    ``find_viewer`` gives an active officer by id. ``audience`` and ``issuer`` are asked for where they are set;
    ``leeway``, in seconds, is how far clocks may be apart. A signature is checked once for each token and key.
    """

    keys: KeyRing
    find_viewer: Callable[[str], Awaitable[T | None]]
    audience: str | None = None
    issuer: str | None = None
    leeway: float = 0.0
    _checked: LruCache[str, _Checked] = field(default_factory=lambda: LruCache(**_KEPT), init=False, repr=False)

    async def sign_in(self, authorization: str | None) -> Session[T] | None:
        """Who sends this ``Authorization``, and until when that is shown; None where nothing is sent.

        Raises:
            Unauthenticated: it shows nobody.
        """
        if authorization is None:
            return None
        checked = await self._known(_token(authorization))
        viewer = await self.find_viewer(checked.subject) if _is_id(checked.subject) else None
        if viewer is None:
            raise Unauthenticated(UNKNOWN_OFFICER)
        return Session(viewer=viewer, until=checked.expires + self.leeway)

    async def _known(self, token: str) -> _Checked:
        """What a token says, once its signature and its claims hold."""
        checked = self._checked.get(token)
        if checked and await self.keys.find(checked.key.id) is checked.key:
            if checked.expires > time() - self.leeway:
                return checked
            self._checked.discard(token)
        checked = await self._check(token)
        return self._checked.put(token, checked, len(token))

    async def _check(self, token: str) -> _Checked:
        try:
            key = await self.keys.find(jwt.get_unverified_header(token).get("kid"))
            if key is None:
                raise Unauthenticated(_NOT_VALID)
            claims = jwt.decode(
                token,
                key.public,
                algorithms=key.algorithms,
                audience=self.audience,
                issuer=self.issuer,
                leeway=self.leeway,
                options={"require": self._required(), "verify_aud": self.audience is not None},
            )
            return _Checked(subject=str(claims["sub"]), expires=min(int(claims["exp"]), _NEVER), key=key)
        except jwt.ExpiredSignatureError:
            raise Unauthenticated(_EXPIRED) from None
        except (jwt.PyJWTError, ValueError, OverflowError, RecursionError):  # whatever a stranger may write
            raise Unauthenticated(_NOT_VALID) from None

    def _required(self) -> list[str]:
        wanted = {"exp": True, "sub": True, "aud": self.audience, "iss": self.issuer}
        return [claim for claim, asked in wanted.items() if asked]


def _token(authorization: str) -> str:
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != _SCHEME or not token.strip() or not token.isascii():
        raise Unauthenticated(_NO_BEARER)
    if len(token) > _LONGEST:
        raise Unauthenticated(_NOT_VALID)
    return token.strip()


def _is_id(subject: str) -> bool:
    """Whether a database can be asked for it."""
    return len(subject) <= _LONGEST_ID and subject.isprintable()
