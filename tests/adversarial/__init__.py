"""Tests that look for what must never be."""

import pytest

pytest.register_assert_rewrite(
    "tests.adversarial.invariants", "tests.adversarial.concurrent_clients", "tests.adversarial.attempts"
)
