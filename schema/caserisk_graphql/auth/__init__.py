"""Who is asking: bearer tokens, checked against the keys of an identity provider or against this installation's own."""

from caserisk_graphql.auth.authenticator import Authenticator, Session, Unauthenticated
from caserisk_graphql.auth.key_ring import KeyRing, is_address, keys_at
from caserisk_graphql.auth.signing_key import SigningKey, issue_token, public_keys, signing_key
from caserisk_graphql.auth.tickets import Tickets
from caserisk_graphql.auth.viewer_cache import ViewerCache

__all__ = [
    "Authenticator",
    "KeyRing",
    "Session",
    "SigningKey",
    "Tickets",
    "Unauthenticated",
    "ViewerCache",
    "is_address",
    "issue_token",
    "keys_at",
    "public_keys",
    "signing_key",
]
