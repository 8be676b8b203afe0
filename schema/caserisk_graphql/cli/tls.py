"""TLS: the certificate and the key of a server, tried before it listens."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TypedDict

from caserisk.domain.refusals import Refused, invalid
from caserisk_graphql.settings import PREFIX, Settings

_CERT, _KEY = PREFIX + "TLS_CERT", PREFIX + "TLS_KEY"


class Tls(TypedDict, total=False):
    """What uvicorn is told of TLS; nothing, where the server speaks plain HTTP."""

    ssl_certfile: str
    ssl_keyfile: str


def tls_of(chosen: Settings) -> Tls:
    """The certificate and the key that are set, once they are seen to be usable.

    Raises:
        Refused: INVALID, naming the setting whose file cannot be read, or does not fit.
    """
    if chosen.tls_cert is None or chosen.tls_key is None:
        return {}
    for name, path in ((_CERT, chosen.tls_cert), (_KEY, chosen.tls_key)):
        _check_readable(name, path)
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chosen.tls_cert, chosen.tls_key, password=_no_password)
    except (ssl.SSLError, ValueError):
        raise _unusable(chosen.tls_cert, chosen.tls_key) from None
    return {"ssl_certfile": str(chosen.tls_cert), "ssl_keyfile": str(chosen.tls_key)}


def _no_password() -> str:
    """Whoever starts a server is not asked for anything."""
    raise ValueError("the key is encrypted")


def _check_readable(name: str, path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise invalid(
            f"{name}「{path}」不能读取:{error.strerror}", f"{name} {str(path)!r} cannot be read: {error.strerror}", name
        ) from None


def _unusable(cert: Path, key: Path) -> Refused:
    return invalid(
        f"{_CERT}「{cert}」与 {_KEY}「{key}」不能使用;应为 PEM 格式的证书(链)及其未加密的私钥,两者相配",
        f"{_CERT} {str(cert)!r} and {_KEY} {str(key)!r} cannot be used; they have to be a certificate (chain) and its "
        "own private key, both in PEM, the key without a passphrase",
        _CERT,
        _KEY,
    )
