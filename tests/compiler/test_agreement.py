"""Random documents over the whole schema are answered alike by both executors."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.compiler.agreement import agree
from tests.compiler.asking import Asked


@settings(
    max_examples=300,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # a smaller seed is no smaller document
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**64 - 1))
def test_random_documents_are_answered_alike(asked: Asked, seed: int) -> None:
    agree(asked, Random(seed))
