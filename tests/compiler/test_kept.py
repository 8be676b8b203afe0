"""What is kept is bounded by entries and by size, and what was not used for the longest time goes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from caserisk_graphql.lru_cache import LruCache

KEYS = st.integers(0, 9)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, st.integers(0, 12)),
        st.tuples(st.just("get"), KEYS, st.just(0)),
        st.tuples(st.just("drop"), KEYS, st.just(0)),
    ),
    max_size=60,
)


@given(acts=ACTS, entries=st.integers(1, 5), most=st.integers(1, 20))
def test_it_keeps_what_was_used_last_within_its_bounds(
    acts: list[tuple[str, int, int]], entries: int, most: int
) -> None:
    kept: LruCache[int, str] = LruCache(entries=entries, size=most)
    model: list[tuple[int, str, int]] = []  # from what was used first to what was used last

    for number, (act, key, size) in enumerate(acts):
        thing = f"thing {number}"
        held = next((item for item in model if item[0] == key), None)
        rest = [item for item in model if item[0] != key]
        if act == "put":
            assert kept.put(key, thing, size) == thing
            model = [*rest, (key, thing, size)]
            while len(model) > entries or sum(item[2] for item in model) > most:
                model.pop(0)
        elif act == "get":
            assert kept.get(key) == (held[1] if held else None)
            model = [*rest, held] if held else model
        else:
            kept.discard(key)
            model = rest

        assert len(kept) == len(model) <= entries
        assert kept.size == sum(item[2] for item in model) <= most
    for key, thing, _ in model:
        assert kept.get(key) == thing


def test_what_is_too_large_alone_is_not_kept() -> None:
    kept: LruCache[str, str] = LruCache(entries=5, size=10)

    assert kept.put("key", "thing", 11) == "thing"

    assert kept.get("key") is None
    assert (len(kept), kept.size) == (0, 0)
