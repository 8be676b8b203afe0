"""Make ids: a noun and 128 bits that sort by the time they were made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random, SystemRandom
from threading import Lock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def id_maker(now: Callable[[], datetime], random: Random | None = None) -> Callable[[str], str]:
    """Return a function that makes ids as ``warning_06f0…``: 48 bits of milliseconds, 80 random ones, in base 32.

    Ids of one function sort in the order in which they were made.
    """
    random_bits, lock = random or SystemRandom(), Lock()
    last = 0

    def new_id(noun: str) -> str:
        nonlocal last
        milliseconds = int(now().timestamp() * 1000)
        with lock:  # decisions run in threads
            made = milliseconds << 80 | random_bits.getrandbits(80)
            # Within a millisecond, or after the clock was set back, an id still comes after the one before it.
            # How far after it is random, so that an id does not tell the next one.
            last = made if milliseconds > last >> 80 else last + 1 + random_bits.getrandbits(32)
        return f"{noun}_{_base32(last)}"

    return new_id


def _base32(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
