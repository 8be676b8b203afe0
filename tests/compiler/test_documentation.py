"""The page about reads shows the statement that is sent."""

from __future__ import annotations

import re
from pathlib import Path

from caserisk.domain.vocabulary import Role
from tests.compiler.asking import Asked
from tests.compiler.conftest import Bound
from tests.compiler.documents import Question

PAGE = Path(__file__).parents[2] / "docs" / "reads.md"


def test_the_page_shows_the_statement_of_its_query(on_postgresql: Asked, bound: Bound) -> None:
    page = PAGE.read_text(encoding="utf-8")
    [query], [shown] = (re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL) for language in ("graphql", "sql"))

    on_postgresql.compiled(Question(text=query), on_postgresql.country.city.viewer(Role.CHIEF_PROCURATOR))

    [(statement, _)] = bound
    parts = [re.escape(part) for part in re.sub(r"\s", "", shown).split("…")]
    assert re.fullmatch(".*".join(parts), re.sub(r"\s", "", statement))
