"""DocumentCache that clients send: parsed and validated once, and kept with what is known of their operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    parse,
    validate,
    visit,
)
from graphql.execution.values import VariableValues
from graphql.validation.rules import overlapping_fields_can_be_merged

from caserisk.domain.refusals import Refused
from caserisk_graphql.engine.document_limits import check_document
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.response import Cost
from caserisk_graphql.errors import RequestError, bad_input, too_complex, too_large
from caserisk_graphql.lru_cache import LruCache

_KEPT = {"entries": 500, "size": 100_000}
"""How many documents are kept, of how many tokens together: a token takes about half a kilobyte, and more of a text."""

_CHARACTERS_OF_A_TOKEN = 50
"""A text that has more of them is kept as if it had more tokens."""

_MOST_ERRORS = 5
"""Errors of a document that are told; each may repeat a large part of it."""

_MOST_COMMENTS = 500

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 12_000
"""What graphql-core spends at most on comparing the fields of a document with each other: some 20 ms. By its default,
40 times as much, a document of 300 fields that are all the same would take most of a second."""


def document_id(text: str) -> str:
    """The identifier of a document: ``sha256:`` and the hash of its text."""
    return "sha256:" + sha256(text.encode(errors="surrogatepass")).hexdigest()


class RequestRejected(Exception):
    """A request that is not executed at all, for these errors.

    ``cost`` is what it would cost, where that is known; ``wait`` the seconds after which it may be sent again.
    """

    def __init__(self, errors: Sequence[GraphQLError], *, cost: Cost | None = None, wait: int | None = None) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors, self.cost, self.wait = errors, cost, wait


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """An operation of a document; ``deciding`` are the variables by which directives decide what is selected.

    ``document_id`` is that of the whole document, as `document_id` has it, and ``tokens`` are all of it.
    """

    document_id: str
    tokens: int
    node: OperationDefinitionNode
    fragments: Sequence[FragmentDefinitionNode]
    deciding: Sequence[str]

    @property
    def name(self) -> str | None:
        """What it is called, if anything."""
        return self.node.name.value if self.node.name else None

    @property
    def kind(self) -> OperationType:
        """Whether it is a query, a mutation or a subscription."""
        return self.node.operation

    def document(self, node: OperationDefinitionNode | None = None) -> DocumentNode:
        """A document of this operation alone, or of another in its place."""
        return DocumentNode(definitions=(node or self.node, *self.fragments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """The variables of a request, as their types have them.

    ``raw`` is what was sent, and ``sent`` the same text where the same was sent.
    """

    values: VariableValues
    raw: dict[str, Any]
    sent: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ParsedDocument:
    """A document with its operations by name; where it has ``errors``, nothing of it is executed."""

    errors: Sequence[GraphQLError] = ()
    operations: Mapping[str | None, Operation]

    def operation(self, name: str | None) -> Operation:
        """The operation of a name; without one, the only one there is.

        Raises:
            RequestRejected: the document has errors, or no such operation.
        """
        if self.errors:
            raise RequestRejected(self.errors)
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None or name not in self.operations:
            raise RequestRejected([_which(name, [known for known in self.operations if known])])
        return self.operations[name]


class DocumentCache:
    """The documents of one schema, none of them beyond the limits."""

    def __init__(self, core: GraphQLSchema, limits: Limits) -> None:
        self._core, self._limits = core, limits
        self._kept: LruCache[str, ParsedDocument] = LruCache(**_KEPT)

    def of(self, text: str) -> ParsedDocument:
        """The document that a text is."""
        if len(text) > self._limits.max_document:
            return _refused(_too_long(self._limits))
        kept = self._kept.get(text)
        if kept is None:
            kept, tokens = self._read(text)
            self._kept.put(text, kept, max(tokens, len(text) // _CHARACTERS_OF_A_TOKEN))
        return kept

    def _read(self, text: str) -> tuple[ParsedDocument, int]:
        """A document and the number of its tokens; of one that is refused, only the errors are left."""
        try:
            parsed = parse(text, max_lexical_tokens=self._limits.max_tokens, max_comments=_MOST_COMMENTS)
            check_document(parsed, self._limits)
        except RequestError as error:
            return _refused(error), 1
        except GraphQLSyntaxError as error:
            return _refused(self._syntax(error)), 1
        except RecursionError:
            return _refused(_too_deep()), 1
        errors = validate(self._core, parsed, max_errors=_MOST_ERRORS)
        if errors:
            return _refused(*map(_alone, errors)), len(errors)
        return ParsedDocument(operations=dict(_operations(parsed, document_id(text)))), parsed.token_count

    def _syntax(self, error: GraphQLSyntaxError) -> GraphQLError:
        """What is wrong with a text that is no document, or that graphql-core reads no further."""
        if "Document contains more than" in error.message:
            return _too_many_tokens(self._limits)
        return _too_deep() if "nested too deeply" in error.message else _alone(error)


def _refused(*errors: GraphQLError) -> ParsedDocument:
    return ParsedDocument(errors=errors, operations={})


def _alone(error: GraphQLError) -> GraphQLError:
    """An error without the parts of the document that it holds on to."""
    if error.message == "Validation aborted.":
        return _too_entangled()
    cause: Exception | None = error.original_error
    if cause is not None and not isinstance(cause, GraphQLError | Refused):
        cause = _unreadable()  # what Python says of it means nothing to a client
    told = error if isinstance(error, RequestError) else cause.with_traceback(None) if cause else None
    return GraphQLError(error.message, source=error.source, positions=error.positions, original_error=told)


def _operations(document: DocumentNode, id: str) -> list[tuple[str | None, Operation]]:
    fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    deciding = _deciding(document)
    operations = [
        Operation(document_id=id, tokens=document.token_count, node=node, fragments=fragments, deciding=deciding)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    return [(operation.name, operation) for operation in operations]


class _Directives(Visitor):
    """Gathers the variables that directives are given."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: Any, *_: Any) -> None:
        """Note the variable of a directive."""
        names = [argument.value.name.value for argument in node.arguments if isinstance(argument.value, VariableNode)]
        self.names.update(names)


def _deciding(document: DocumentNode) -> Sequence[str]:
    directives = _Directives()
    visit(document, directives)
    return sorted(directives.names)


def _which(name: str | None, known: Sequence[str]) -> GraphQLError:
    listed = "、".join(known), ", ".join(known)
    if name is None:
        return bad_input(
            f"文档含多个操作({listed[0]}),请用 operationName 指明一个",
            f"the document has several operations ({listed[1]}); name one by `operationName`",
        )
    shown = name[:64]
    return bad_input(
        f"文档中没有名为「{shown}」的操作;有:{listed[0] or '(无名)'}",
        f"the document has no operation {shown!r}; it has {listed[1] or 'one without a name'}",
    )


def _unreadable() -> RequestError:
    return bad_input("文档中有一个值无法识别", "the document has a value that cannot be read")


def _too_deep() -> GraphQLError:
    return too_complex(
        "文档嵌套过深,请拆分为多个请求", "the document is nested too deeply; split it into several requests"
    )


def _too_long(limits: Limits) -> GraphQLError:
    return too_large(
        f"文档过长,最多 {limits.max_document} 个字符;请拆分为多个请求",
        f"the document is too long; it may have {limits.max_document} characters. Split it into several requests",
    )


def _too_many_tokens(limits: Limits) -> GraphQLError:
    return too_complex(
        f"文档过长,最多 {limits.max_tokens} 个词法单元、{_MOST_COMMENTS} 条注释;请拆分为多个请求",
        f"the document is too long; it may have {limits.max_tokens} tokens and {_MOST_COMMENTS} comments. "
        "Split it into several requests",
    )


def _too_entangled() -> GraphQLError:
    return too_complex(
        "文档中相同的字段或片段过多,无法核对;请去掉重复的字段,或拆分为多个请求",
        "the document selects the same fields, or spreads fragments, too often to be checked; leave out what is "
        "double, or split it into several requests",
    )
