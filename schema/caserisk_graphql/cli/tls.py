"""Load the certificate and the key of a server, and check that they can be used before it listens."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TypedDict

from caserisk.domain.refusals import Refused, invalid
from caserisk_graphql.settings import Settings, variable_name

_CERT, _KEY = variable_name("tls_cert"), variable_name("tls_key")


class TlsOptions(TypedDict, total=False):
    """The options of uvicorn for TLS; empty where the server speaks plain HTTP."""

    ssl_certfile: str
    ssl_keyfile: str


def load_tls(settings: Settings) -> TlsOptions:
    """Return the certificate and the key of the settings, once they are known to work.

    Raises:
        Refused: INVALID, naming the setting whose file cannot be read, or does not fit the other.
    """
    if settings.tls_cert is None or settings.tls_key is None:
        return {}
    # First each file by itself: OpenSSL's errors do not say which of the two it could not read.
    for name, path in ((_CERT, settings.tls_cert), (_KEY, settings.tls_key)):
        _check_readable(name, path)
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(settings.tls_cert, settings.tls_key, password=_refuse_password)
    except (ssl.SSLError, ValueError):
        raise _unusable_pair(settings.tls_cert, settings.tls_key) from None
    return {"ssl_certfile": str(settings.tls_cert), "ssl_keyfile": str(settings.tls_key)}


def _refuse_password() -> str:
    """Refuse an encrypted key: OpenSSL would ask for its passphrase on a terminal that a service does not have."""
    raise ValueError("the key is encrypted")


def _check_readable(name: str, path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise invalid(
            f"{name}「{path}」不能读取:{error.strerror}", f"{name} {str(path)!r} cannot be read: {error.strerror}", name
        ) from None


def _unusable_pair(cert: Path, key: Path) -> Refused:
    return invalid(
        f"{_CERT}「{cert}」与 {_KEY}「{key}」不能使用;应为 PEM 格式的证书(链)及其未加密的私钥,两者相配",
        f"{_CERT} {str(cert)!r} and {_KEY} {str(key)!r} cannot be used; they have to be a certificate (chain) and its "
        "own private key, both in PEM, the key without a passphrase",
        _CERT,
        _KEY,
    )
