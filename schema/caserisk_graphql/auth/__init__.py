"""Authenticate callers: by bearer tokens, checked with the keys of an identity provider or our own, and by tickets."""

from caserisk_graphql.auth.authenticator import Authenticator, Session, Unauthenticated
from caserisk_graphql.auth.key_ring import KeyRing, is_url, key_set_reader
from caserisk_graphql.auth.signing_key import SigningKey, issue_token, load_public_keys, load_signing_key
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
    "is_url",
    "issue_token",
    "key_set_reader",
    "load_public_keys",
    "load_signing_key",
]
