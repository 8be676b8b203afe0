"""Asks an identity provider for its key set. Only who has one has this, and the library it needs, in memory."""

from __future__ import annotations

from collections.abc import Callable

import httpx

_TIMEOUT = 5.0
"""Seconds that a provider has for each part of its answer."""


class NoAnswer(OSError):
    """The provider could not be asked, or had no answer; says why, and nothing of a password."""


def text_at(address: str) -> Callable[[], str]:
    """What there is at an http(s) address, each time it is called.

    Raises:
        NoAnswer: when it is called.
    """
    url = httpx.URL(address)
    user = (url.username, url.password) if url.userinfo else None
    bare = url.copy_with(userinfo=b"")  # this is what may be in logs

    def fetched() -> str:
        try:
            return httpx.get(bare, auth=user, timeout=_TIMEOUT).raise_for_status().text
        except httpx.HTTPStatusError as error:
            raise NoAnswer(f"the answer is {error.response.status_code}") from None
        except httpx.HTTPError as error:
            raise NoAnswer(str(error) or type(error).__name__) from error

    return fetched
