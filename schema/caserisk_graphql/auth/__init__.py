"""Who is asking: bearer tokens, checked against the keys of an identity provider or against this installation's own."""

from caserisk_graphql.auth.authenticator import Authenticator, SignedIn, Unauthenticated
from caserisk_graphql.auth.keys import KeyRing, is_address, keys_at
from caserisk_graphql.auth.signing import SigningKey, issue_token, public_keys, signing_key
from caserisk_graphql.auth.tickets import Tickets
from caserisk_graphql.auth.viewers import Viewers

__all__ = [
    "Authenticator",
    "KeyRing",
    "SignedIn",
    "SigningKey",
    "Tickets",
    "Unauthenticated",
    "Viewers",
    "is_address",
    "issue_token",
    "keys_at",
    "public_keys",
    "signing_key",
]
