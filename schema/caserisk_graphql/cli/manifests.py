"""Read manifests of documents, as Apollo, Relay and GraphQL Code Generator write them when a frontend is built."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import GraphQLError

from caserisk.domain.refusals import Problem, Refused, invalid
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import ErrorCode
from caserisk_graphql.engine.documents import DocumentCache, document_id
from caserisk_graphql.errors import RequestError

_APOLLO_FORMAT = "apollo-persisted-query-manifest"
_HASH_PREFIX = "sha256:"
_HASH_DIGITS = 64

_SHAPES_ZH = '应为 {"sha256 散列值": "文档"}(Relay、GraphQL Code Generator),或 Apollo 的 persisted-query-manifest'
_SHAPES_EN = (
    'it looks like {"the hash": "the document"} (Relay, GraphQL Code Generator), or is '
    "Apollo's persisted query manifest"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry:
    """A document of a manifest whose hash is right, and which is valid by the schema."""

    id: str
    text: str
    operations: tuple[str, ...]


def read_manifest(file: Path, documents: DocumentCache) -> list[ManifestEntry]:
    """Return the documents of a manifest.

    Raises:
        Refused: INVALID, naming each document that is wrong, or what is wrong with the file.
    """
    listed: list[ManifestEntry] = []
    problems: list[Problem] = []
    for name, text in _entries(file):
        problem = _find_problem(name, text, documents)
        if problem:
            problems.append(Problem(code=ErrorCode.INVALID, message=problem, path=("file",)))
        else:
            names = tuple(sorted(operation or "" for operation in documents.parse(text).operations))
            listed.append(ManifestEntry(id=document_id(text), text=text, operations=names))
    if problems:  # all at once, and nothing is entered: a build is trusted as a whole
        raise Refused(*problems)
    return listed


def _find_problem(name: str, text: str, documents: DocumentCache) -> Text | None:
    digits = name.removeprefix(_HASH_PREFIX)
    if len(digits) != _HASH_DIGITS or digits.strip("0123456789abcdef"):
        return Text(
            f"文档「{name[:80]}」的编号不是 SHA-256;请让构建工具使用 sha256",
            f"the id of document {name[:80]!r} is no SHA-256; have the build use sha256",
        )
    # Clients send the hash alone: under a wrong one another document would be executed.
    if document_id(text) != _HASH_PREFIX + digits:
        return Text(
            f"文档 {name} 的内容与其散列值不符;请重新构建清单",
            f"the text of document {name} is not what its hash says; build the manifest again",
        )
    errors = documents.parse(text).errors
    if not errors:
        return None
    zh, en = _join_messages(errors)
    return Text(f"文档 {name} 不符合本系统的模式:{zh}", f"document {name} does not hold by this schema: {en}")


def _join_messages(errors: Iterable[GraphQLError]) -> tuple[str, str]:
    texts = [error.text if isinstance(error, RequestError) else Text(error.message, error.message) for error in errors]
    return ";".join(text.zh for text in texts), "; ".join(text.en for text in texts)


def _entries(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each document in a file.

    Raises:
        Refused: INVALID, where the file is no manifest.
    """
    members = _read_object(file)
    if members.get("format") == _APOLLO_FORMAT:
        operations = members.get("operations")
        pairs = [_apollo_entry(item) for item in operations] if isinstance(operations, list) else [(None, None)]
    else:
        pairs = list(members.items())
    if not pairs:
        zh, en = f"文件「{file}」不含任何文档;{_SHAPES_ZH}", f"{str(file)!r} has no document; {_SHAPES_EN}"
        raise invalid(zh, en, "file")
    for name, text in pairs:
        if not isinstance(name, str) or not isinstance(text, str):
            raise _not_a_manifest(file)
        yield name, text


def _apollo_entry(item: Any) -> tuple[Any, Any]:
    return (item.get("id"), item.get("body")) if isinstance(item, Mapping) else (None, None)


def _read_object(file: Path) -> dict[str, Any]:
    try:
        members = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise invalid(
            f"不能读取文件「{file}」:{error.strerror}", f"cannot read {str(file)!r}: {error.strerror}", "file"
        ) from error
    except (ValueError, RecursionError):
        raise _not_a_manifest(file) from None
    if not isinstance(members, dict):
        raise _not_a_manifest(file)
    return members


def _not_a_manifest(file: Path) -> Refused:
    return invalid(f"文件「{file}」不是文档清单;{_SHAPES_ZH}", f"{str(file)!r} is no manifest; {_SHAPES_EN}", "file")
