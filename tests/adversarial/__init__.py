"""Tests that look for what must never be."""

import pytest

pytest.register_assert_rewrite("tests.adversarial.invariants", "tests.adversarial.crowd", "tests.adversarial.attempts")
