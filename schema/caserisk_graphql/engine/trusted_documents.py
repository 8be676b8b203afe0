"""Trusted documents: those that frontends were built with, requested by the hash of their text.

https://github.com/graphql/graphql-over-http, appendix "Persisted Documents"
"""

from __future__ import annotations

import re
from time import monotonic

from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import Role
from caserisk.store.store import Store
from caserisk.store.trusted_documents import find_text
from caserisk_graphql.context import Context
from caserisk_graphql.engine.documents import RequestRejected, document_id
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.errors import RequestError, RequestErrorCode, bad_input, forbidden
from caserisk_graphql.lru_cache import LruCache

_ID = re.compile(r"sha256:[0-9a-f]{64}")

_TEXT_CACHE = {"entries": 2000, "size": 8 * 1024 * 1024}
"""The size is that of the texts, in characters."""

_TRUSTED_DOCUMENT_TTL = 60.0
"""Seconds after which a document is looked up again; one that was removed is then refused."""


def is_document_id(id: str) -> bool:
    """Tell whether a text is ``sha256:`` and 64 hexadecimal digits."""
    return _ID.fullmatch(id) is not None


class TrustedDocuments:
    """The documents that all servers of an installation know.

    ``only_trusted``: other documents are executed for administrators alone.
    """

    def __init__(self, store: Store, *, only_trusted: bool) -> None:
        self._store, self.only_trusted = store, only_trusted
        self._texts: LruCache[str, tuple[str, float]] = LruCache(**_TEXT_CACHE)

    async def find(self, request: GraphQLRequest, context: Context) -> str:
        """Return the text of the document of a request.

        Raises:
            RequestRejected: it is unknown, or not trusted where only trusted documents are executed.
        """
        if request.document_id is not None:
            return await self._find_by_id(request.document_id)
        # The exact text of an entered document is as good as its hash: a client need not know of hashes.
        text = request.query or ""
        if (
            self.only_trusted
            and await self._look_up(document_id(text)) is None
            and not await _is_administrator(context)
        ):
            raise RequestRejected([_not_trusted()])
        return text

    async def _find_by_id(self, id: str) -> str:
        if not is_document_id(id):
            raise RequestRejected([_not_an_id(id)])
        text = await self._look_up(id)
        if text is None:
            raise RequestRejected([unknown_document(id)])
        return text

    async def _look_up(self, id: str) -> str | None:
        cached = self._texts.get(id)
        if cached and cached[1] > monotonic():
            return cached[0]
        text = await find_text(self._store, id)
        if text is None:  # not cached: anybody can make up hashes
            self._texts.discard(id)
            return None
        self._texts.put(id, (text, monotonic() + _TRUSTED_DOCUMENT_TTL), len(text))
        return text


async def _is_administrator(context: Context) -> bool:
    """Tell whether the viewer is an administrator by now: they write documents of their own in GraphiQL."""
    if context.viewer is None:
        return False
    await context.ensure_current_viewer()
    return context.viewer is not None and Role.ADMINISTRATOR in context.viewer.roles


def unknown_document(id: str) -> RequestError:
    """Return the error for an identifier under which no document was entered."""
    text = Text(
        f"未登记文档「{id}」;请管理员以 caserisk documents import 登记前端的文档清单",
        f"there is no document {id!r} here; have the frontend's manifest entered by `caserisk documents import`",
    )
    return RequestError(RequestErrorCode.UNKNOWN_DOCUMENT, text)


def _not_an_id(id: str) -> RequestError:
    return bad_input(
        f"documentId「{id[:80]}」不对;应为 sha256: 加 64 位小写十六进制数字",
        f"the document id {id[:80]!r} is wrong; it is sha256: and 64 hexadecimal digits in lower case",
    )


def _not_trusted() -> RequestError:
    return forbidden(
        "此处只执行已登记的文档;请以 documentId 发送,或请管理员以 caserisk documents import 登记",
        "only documents that were entered are answered here; send a `documentId`, or have the frontend's manifest "
        "entered by `caserisk documents import`",
    )
