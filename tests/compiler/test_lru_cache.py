"""The cache is bounded by entries and by size, and what was not used for the longest time goes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from caserisk_graphql.lru_cache import LruCache

KEYS = st.integers(0, 9)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, st.integers(0, 12)),
        st.tuples(st.just("get"), KEYS, st.just(0)),
        st.tuples(st.just("discard"), KEYS, st.just(0)),
    ),
    max_size=60,
)


@given(acts=ACTS, max_entries=st.integers(1, 5), max_size=st.integers(1, 20))
def test_it_keeps_what_was_used_last_within_its_bounds(
    acts: list[tuple[str, int, int]], max_entries: int, max_size: int
) -> None:
    cache: LruCache[int, str] = LruCache(entries=max_entries, size=max_size)
    model: list[tuple[int, str, int]] = []  # from what was used first to what was used last

    for number, (act, key, size) in enumerate(acts):
        value = f"value {number}"
        held = next((item for item in model if item[0] == key), None)
        rest = [item for item in model if item[0] != key]
        if act == "put":
            assert cache.put(key, value, size) == value
            model = [*rest, (key, value, size)] if size <= max_size else rest
            while len(model) > max_entries or sum(item[2] for item in model) > max_size:
                model.pop(0)
        elif act == "get":
            assert cache.get(key) == (held[1] if held else None)
            model = [*rest, held] if held else model
        else:
            cache.discard(key)
            model = rest

        assert len(cache) == len(model) <= max_entries
        assert cache.size == sum(item[2] for item in model) <= max_size
    for key, value, _ in model:
        assert cache.get(key) == value


def test_what_is_too_large_alone_is_not_stored_and_leaves_the_others() -> None:
    cache: LruCache[str, str] = LruCache(entries=5, size=10)
    cache.put("other", "value", 9)

    assert cache.put("key", "value", 11) == "value"

    assert cache.get("key") is None
    assert cache.get("other") == "value"
    assert (len(cache), cache.size) == (1, 9)


def test_what_is_too_large_takes_the_place_of_what_was_there() -> None:
    cache: LruCache[str, str] = LruCache(entries=5, size=10)
    cache.put("key", "old", 1)

    cache.put("key", "new", 11)

    assert cache.get("key") is None
    assert (len(cache), cache.size) == (0, 0)
