"""Manage the signing key of an installation without an identity provider: created once, and kept in a file."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from caserisk.domain.refusals import invalid

_ALGORITHM = "EdDSA"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A private Ed25519 key; ``id`` is the ``kid`` that its tokens name."""

    id: str
    private: Ed25519PrivateKey = field(repr=False)


def load_signing_key(path: Path) -> SigningKey:
    """Read the key, or create it where there is none; processes that start at once get the same key.

    Raises:
        Refused: INVALID, where the file holds something else.
        OSError: it cannot be read or written.
    """
    with suppress(FileNotFoundError):
        return _read(path)
    with suppress(FileExistsError):  # another process was faster
        _write_new(path, _new_key())
    return _read(path)


def load_public_keys(path: Path) -> Mapping[str, Any]:
    """Return the key set that verifies this installation's tokens.

    Raises:
        Refused: INVALID, where the file holds something else.
        OSError: it cannot be read or written.
    """
    key = load_signing_key(path)
    return {"keys": [{**_jwk(key.private.public_key()), "kid": key.id}]}


def issue_token(key: SigningKey, officer_id: str, *, lifetime: timedelta) -> str:
    """Return a token with which its bearer acts as an officer."""
    now = datetime.now(UTC)
    claims = {"sub": officer_id, "iat": now, "exp": now + lifetime}
    return jwt.encode(claims, key.private, algorithm=_ALGORITHM, headers={"kid": key.id})


def _new_key() -> dict[str, str]:
    return {**_jwk(Ed25519PrivateKey.generate()), "kid": secrets.token_hex(8)}


def _jwk(key: Any) -> dict[str, str]:
    return {**OKPAlgorithm.to_jwk(key, as_dict=True), "alg": _ALGORITHM, "use": "sig"}


def _read(path: Path) -> SigningKey:
    try:
        jwk = json.loads(path.read_text(encoding="utf-8"))
        private = OKPAlgorithm.from_jwk(jwk)
        if not isinstance(private, Ed25519PrivateKey):
            raise TypeError("a public key")
        return SigningKey(id=str(jwk["kid"]), private=private)
    except (ValueError, TypeError, KeyError, jwt.PyJWTError):
        raise invalid(
            f"文件「{path}」不是签名密钥;请恢复原文件,或移走它以生成新密钥(已发的令牌将失效)",
            f"{str(path)!r} holds no signing key; restore it, or move it away to have a new one made "
            "(tokens issued before are then void)",
            "CASERISK_SIGNING_KEY",
        ) from None


def _write_new(path: Path, key: Mapping[str, str]) -> None:
    """Create the file with all its content at once, readable by its owner alone; never overwrite one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder: a hard link cannot lead to another file system.
    descriptor, temporary = tempfile.mkstemp(prefix=".signing-key-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(key, file)
            file.flush()
            os.fsync(file.fileno())  # an empty key after a power failure would make all tokens void
        Path(path).hardlink_to(temporary)  # atomic, and fails where the file exists; a rename would overwrite it
    finally:
        Path(temporary).unlink()
