"""Fetch a key set from an identity provider. Imported only where there is a provider: httpx takes time and memory."""

from __future__ import annotations

from collections.abc import Callable

import httpx

_HTTP_TIMEOUT = 5.0
"""Seconds that a provider has for each step: to connect, and for each part of its response."""


class JwksUnavailable(OSError):
    """The provider cannot be reached, or answers with an error; the message holds no password."""


def http_reader(url: str) -> Callable[[], str]:
    """Return a function that fetches the text at an http(s) URL each time it is called.

    The function raises `JwksUnavailable`.
    """
    parsed = httpx.URL(url)
    credentials = (parsed.username, parsed.password) if parsed.userinfo else None
    without_credentials = parsed.copy_with(userinfo=b"")  # httpx logs the URL

    def fetch() -> str:
        try:
            return httpx.get(without_credentials, auth=credentials, timeout=_HTTP_TIMEOUT).raise_for_status().text
        except httpx.HTTPStatusError as error:
            raise JwksUnavailable(f"the answer is {error.response.status_code}") from None
        except httpx.HTTPError as error:
            raise JwksUnavailable(str(error) or type(error).__name__) from error

    return fetch
