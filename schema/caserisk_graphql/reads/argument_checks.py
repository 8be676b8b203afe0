"""Check what a client gives to a read: what no row could ever match is refused, never passed to the database."""

from __future__ import annotations

import re

from caserisk_graphql.errors import RequestError, bad_input

MAX_KEY_LENGTH = 64
MAX_SEARCH_LENGTH = 200

_ID = re.compile(rf"([a-z]+)_[0-9A-Za-z_-]{{1,{MAX_KEY_LENGTH}}}", re.ASCII)


def checked_text(value: str, name: str, *, max_length: int = MAX_SEARCH_LENGTH) -> str:
    """Return a text that can be searched for.

    Raises:
        RequestError: BAD_INPUT, where it is too long or no text.
    """
    if len(value) > max_length:
        raise bad_input(
            f"参数 {name} 过长:{len(value)} 个字符,最多 {max_length} 个",
            f"`{name}` is too long: {len(value)} characters, at most {max_length}",
        )
    # PostgreSQL stores no U+0000, and UTF-8 has no half of a surrogate pair.
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
        raise bad_input(f"参数 {name} 含有无效字符", f"`{name}` holds a character that is none")
    return value


def checked_id(value: str, name: str = "id") -> str:
    """Return a global id, whether or not it names anything.

    Raises:
        RequestError: BAD_INPUT, where it has not the form of one.
    """
    id_prefix(value, name)
    return value


def id_prefix(value: str, name: str = "id") -> str:
    """Return the word before the first ``_`` of a global id, which tells its type.

    Raises:
        RequestError: BAD_INPUT, where it has not the form of one.
    """
    match = _ID.fullmatch(value)
    if match is None:
        raise bad_id(name)
    return match[1]


def bad_id(name: str) -> RequestError:
    """Return the error for what is no id."""
    return bad_input(
        f"参数 {name} 不是有效的标识,请原样使用本系统给出的 id", f"`{name}` is no id; use ids as this server gives them"
    )
