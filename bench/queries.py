"""The queries: each as a document, and as the statement that somebody would write by hand for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_DOCUMENTS = Path(__file__).parent / "documents"
_REFUSED = re.compile(rb'"refusals"\s*:\s*\[\s*\{')

Variables = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query; its texts are the files of a folder in ``documents``.

    ``variables`` are those of its document, and in this order the parameters of its statement. ``counted`` False: a
    list without its total. ``unseen``: a text that differs each time, so that no cache knows it.
    """

    name: str
    title: str
    folder: str
    variables: Sequence[str]
    counted: bool = True
    unseen: bool = False
    writes: bool = False

    def text(self, file: str) -> str | None:
        """Return one of its texts, such as ``caserisk.graphql`` or ``postgresql.sql``; None where it has none."""
        path = _DOCUMENTS / self.folder / file
        if not path.exists():
            return None
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        return "".join(line for line in lines if self.counted or "totalCount" not in line)

    def failed(self, body: bytes) -> bool:
        """Tell whether an answer holds errors, or says that nothing was done."""
        return b'"errors"' in body or (self.writes and _REFUSED.search(body) is not None)


BOARD = Query(
    name="board", title="board: 50 open cases of an office and those below it", folder="board", variables=("office",)
)
CASE = Query(name="case", title="case detail", folder="case", variables=("number",))
LEDGER = Query(
    name="ledger", title="ledger: 50 warnings with cursors and the total", folder="ledger", variables=("office",)
)
PAGE = Query(name="page", title="ledger without the total", folder="ledger", variables=("office",), counted=False)
STATISTICS = Query(
    name="statistics", title="statistics of ten months", folder="statistics", variables=("office", "from", "to")
)
DISPOSITION = Query(
    name="disposition",
    title="mutation: a disposition recorded",
    folder="disposition",
    variables=("case", "warning"),
    writes=True,
)
UNSEEN = Query(
    name="unseen", title="board, by a document never seen before", folder="board", variables=("office",), unseen=True
)

QUERIES = (BOARD, CASE, LEDGER, STATISTICS, UNSEEN, DISPOSITION)
"""In the order in which they are measured; what writes comes last."""

GROWTH = (BOARD, CASE, PAGE, LEDGER, STATISTICS)
"""Those that are asked of databases of all sizes."""
