"""Which keys of a key set may sign tokens: public, long enough, for signatures, with an algorithm of their type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from caserisk_graphql.auth.key_ring import usable_keys

EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")


def rsa_jwk(bits: int) -> dict[str, Any]:
    """Return the public key of a new RSA key of so many bits."""
    return jwk(RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, bits).public_key()))


def jwk(written: str) -> dict[str, Any]:
    """Return a JSON Web Key with an id."""
    return {**json.loads(written), "kid": "1"}


PUBLIC = jwk(ECAlgorithm.to_jwk(EC_KEY.public_key()))
PRIVATE = jwk(ECAlgorithm.to_jwk(EC_KEY))
ED25519 = jwk(OKPAlgorithm.to_jwk(ed25519.Ed25519PrivateKey.generate().public_key()))


@pytest.mark.parametrize(
    ("key", "algorithms"),
    [
        (PUBLIC, ("ES256",)),
        (PUBLIC | {"alg": "ES256", "use": "sig"}, ("ES256",)),
        (ED25519, ("EdDSA",)),
        (rsa_jwk(2048), RSA_ALGORITHMS),
        (rsa_jwk(2048) | {"alg": "PS256"}, ("PS256",)),
    ],
)
def test_a_key_signs_with_the_algorithms_of_its_type(key: dict[str, Any], algorithms: tuple[str, ...]) -> None:
    [usable] = usable_keys({"keys": [key]})

    assert (usable.id, usable.algorithms) == ("1", algorithms)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (PRIVATE, "a private key has no place in a key set"),
        (rsa_jwk(1024), "an RSA key of 1024 bits is too short"),
        (PUBLIC | {"use": "enc"}, "use enc cannot be used for tokens"),
        (PUBLIC | {"alg": "HS256"}, "alg HS256"),
        (PUBLIC | {"alg": "none"}, "alg none"),
        ({"kty": "oct", "k": "c2VjcmV0", "kid": "1"}, "kty oct"),
    ],
)
def test_another_key_is_left_out_and_named(key: dict[str, Any], said: str, caplog: pytest.LogCaptureFixture) -> None:
    assert list(usable_keys({"keys": [key, PUBLIC]})) == list(usable_keys({"keys": [PUBLIC]}))

    assert said in caplog.text
