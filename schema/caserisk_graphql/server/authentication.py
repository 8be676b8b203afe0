"""Create the authenticator of a server by its settings."""

from __future__ import annotations

from caserisk.store.viewers import VersionedViewer
from caserisk_graphql.auth import Authenticator, KeyRing, ViewerCache, is_url, key_set_reader, load_public_keys
from caserisk_graphql.settings import Settings, unusable_setting


def create_authenticator(settings: Settings, viewers: ViewerCache) -> Authenticator[VersionedViewer]:
    """Create the authenticator, with the provider's keys or our own.

    Raises:
        Refused: INVALID, where the file of the keys cannot be used.
    """
    return Authenticator(
        keys=_create_key_ring(settings),
        find_viewer=viewers.find,
        audience=settings.jwt_audience,
        issuer=settings.jwt_issuer,
        leeway=settings.jwt_leeway,
    )


def _create_key_ring(settings: Settings) -> KeyRing:
    if settings.jwks is None:
        try:
            own_keys = load_public_keys(settings.signing_key)
        except OSError as error:
            raise unusable_setting("CASERISK_SIGNING_KEY", str(settings.signing_key), error) from error
        return KeyRing(lambda: own_keys)  # in memory: an own key never changes while the server runs
    read_keys = key_set_reader(settings.jwks)
    if not is_url(settings.jwks):  # a provider may be away for now, and comes back; a file that is missing does not
        try:
            read_keys()
        except (OSError, ValueError) as error:
            raise unusable_setting("CASERISK_JWKS", settings.jwks, error) from error
    return KeyRing(read_keys)
