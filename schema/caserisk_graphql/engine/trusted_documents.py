"""Trusted documents: those that frontends were built with, asked for by the hash of their text.

https://github.com/graphql/graphql-over-http, appendix "Persisted Documents"
"""

from __future__ import annotations

import re
from time import monotonic

from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import Role
from caserisk.store.store import Store
from caserisk.store.trusted import find_text
from caserisk_graphql.context import Context
from caserisk_graphql.engine.documents import RequestRejected, document_id
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.errors import RequestError, RequestErrorCode, bad_input, forbidden
from caserisk_graphql.lru_cache import LruCache

_ID = re.compile(r"sha256:[0-9a-f]{64}")

_KEPT = {"entries": 2000, "size": 8 * 1024 * 1024}
"""How many documents are kept, of how many characters together."""

_FRESH = 60.0
"""Seconds after which a document is looked up again: one that was removed is then no longer answered."""


def is_document_id(id: str) -> bool:
    """Whether it is ``sha256:`` and 64 digits."""
    return _ID.fullmatch(id) is not None


class TrustedDocuments:
    """The documents that all servers of an installation know; ``alone``: others are answered to administrators only."""

    def __init__(self, store: Store, *, alone: bool) -> None:
        self._store, self.alone = store, alone
        self._kept: LruCache[str, tuple[str, float]] = LruCache(**_KEPT)

    async def text(self, request: GraphQLRequest, context: Context) -> str:
        """The text of the document that is asked for.

        Raises:
            RequestRejected: it is not known, or whoever asks may only send those that are.
        """
        if request.document_id is not None:
            return await self._known(request.document_id)
        text = request.query or ""
        if self.alone and await self._find(document_id(text)) is None and not await _sends_anything(context):
            raise RequestRejected([_not_trusted()])
        return text

    async def _known(self, id: str) -> str:
        if not is_document_id(id):
            raise RequestRejected([_no_id(id)])
        text = await self._find(id)
        if text is None:
            raise RequestRejected([unknown_document(id)])
        return text

    async def _find(self, id: str) -> str | None:
        kept = self._kept.get(id)
        if kept and kept[1] > monotonic():
            return kept[0]
        text = await find_text(self._store, id)
        if text is None:
            self._kept.discard(id)
            return None
        self._kept.put(id, (text, monotonic() + _FRESH), len(text))
        return text


async def _sends_anything(context: Context) -> bool:
    """Whether somebody asks who looks after the system: GraphiQL is theirs."""
    if context.viewer is None:
        return False
    await context.settle()
    return context.viewer is not None and Role.ADMINISTRATOR in context.viewer.roles


def unknown_document(id: str) -> RequestError:
    """A document that was not entered here."""
    text = Text(
        f"未登记文档「{id}」;请管理员以 caserisk documents import 登记前端的文档清单",
        f"there is no document {id!r} here; have the frontend's manifest entered by `caserisk documents import`",
    )
    return RequestError(RequestErrorCode.UNKNOWN_DOCUMENT, text)


def _no_id(id: str) -> RequestError:
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
