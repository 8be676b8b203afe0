"""The documents that clients send, parsed and validated once."""

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

_DOCUMENT_CACHE = {"entries": 500, "size": 100_000}
"""The size is that of the tokens: one takes about half a kilobyte of memory."""

_MAX_TOKEN_LENGTH = 50
"""Characters; a text with longer tokens counts for as many tokens as it has times this length."""

_MAX_SHOWN_DOCUMENT_ERRORS = 5
"""Each error may repeat a large part of the document."""

_MAX_COMMENTS = 500

# graphql-core compares the fields of a document with each other and stops at this budget, some 20 ms. Its default is 40
# times as much: a document of 300 equal fields would take most of a second.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 12_000


def document_id(text: str) -> str:
    """Return the identifier of a document: ``sha256:`` and the hash of its text."""
    return "sha256:" + sha256(text.encode(errors="surrogatepass")).hexdigest()


class RequestRejected(Exception):
    """A request is not executed, for these errors.

    ``cost`` is what it would cost, where that is known; ``retry_after`` the seconds after which it may be sent again.
    """

    def __init__(
        self, errors: Sequence[GraphQLError], *, cost: Cost | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors, self.cost, self.retry_after = errors, cost, retry_after


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """An operation of a document.

    ``document_id`` and ``tokens`` are those of the whole document; ``directive_variables`` are the variables that
    ``@skip`` and ``@include`` are given.
    """

    document_id: str
    tokens: int
    node: OperationDefinitionNode
    fragments: Sequence[FragmentDefinitionNode]
    directive_variables: Sequence[str]

    @property
    def name(self) -> str | None:
        """Return its name, if it has one."""
        return self.node.name.value if self.node.name else None

    @property
    def kind(self) -> OperationType:
        """Return query, mutation or subscription."""
        return self.node.operation

    def document(self, node: OperationDefinitionNode | None = None) -> DocumentNode:
        """Return a document of this operation alone, or of another in its place."""
        return DocumentNode(definitions=(node or self.node, *self.fragments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """The variables of a request: ``values`` as their types have them, ``raw`` as they were sent, ``sent`` as text.

    Equal texts mean equal variables; it is the key of what is cached by variables.
    """

    values: VariableValues
    raw: dict[str, Any]
    sent: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ParsedDocument:
    """A document with its operations by name; one with ``errors`` has none."""

    errors: Sequence[GraphQLError] = ()
    operations: Mapping[str | None, Operation]

    def select_operation(self, name: str | None) -> Operation:
        """Return the operation of a name; without a name, the only operation there is.

        Raises:
            RequestRejected: the document has errors, or no such operation.
        """
        if self.errors:
            raise RequestRejected(self.errors)
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None or name not in self.operations:
            known = [known for known in self.operations if known]
            raise RequestRejected([_no_such_operation(name, known)])
        return self.operations[name]


class DocumentCache:
    """Parses the documents of one schema, and caches them with their operations or their errors."""

    def __init__(self, core: GraphQLSchema, limits: Limits) -> None:
        self._core, self._limits = core, limits
        self._documents: LruCache[str, ParsedDocument] = LruCache(**_DOCUMENT_CACHE)

    def parse(self, text: str) -> ParsedDocument:
        """Return the document of a text, parsed, checked against the limits, and validated."""
        if len(text) > self._limits.max_document:
            return _invalid(_too_long(self._limits))
        document = self._documents.get(text)
        if document is None:
            document, tokens = self._parse(text)
            # Refused ones too, or a client could have the worst documents validated again with each request.
            self._documents.put(text, document, max(tokens, len(text) // _MAX_TOKEN_LENGTH))
        return document

    def _parse(self, text: str) -> tuple[ParsedDocument, int]:
        """Return a document and the number of its tokens; of an invalid one, only the errors are stored."""
        try:
            parsed = parse(text, max_lexical_tokens=self._limits.max_tokens, max_comments=_MAX_COMMENTS)
            check_document(parsed, self._limits)  # before validation, which takes longer the more there is
        except RequestError as error:
            return _invalid(error), 1
        except GraphQLSyntaxError as error:
            return _invalid(self._syntax_error(error)), 1
        except RecursionError:
            return _invalid(_too_deep()), 1
        errors = validate(self._core, parsed, max_errors=_MAX_SHOWN_DOCUMENT_ERRORS)
        if errors:
            return _invalid(*map(_detached, errors)), len(errors)
        return ParsedDocument(operations=dict(_operations(parsed, document_id(text)))), parsed.token_count

    def _syntax_error(self, error: GraphQLSyntaxError) -> GraphQLError:
        """Return a syntax error; one of graphql-core's own limits in our words, which it tells by its message alone."""
        if "Document contains more than" in error.message:
            return _too_many_tokens(self._limits)
        return _too_deep() if "nested too deeply" in error.message else _detached(error)


def _invalid(*errors: GraphQLError) -> ParsedDocument:
    return ParsedDocument(errors=errors, operations={})


def _detached(error: GraphQLError) -> GraphQLError:
    """Return an error without its references to the document, which is to leave memory."""
    # graphql-core's message where a budget is used up: the one above, or its own for fragments.
    if error.message == "Validation aborted.":
        return _too_repetitive()
    cause: Exception | None = error.original_error
    if cause is not None and not isinstance(cause, GraphQLError | Refused):
        cause = _unreadable()  # what Python says of it means nothing to a client
    original = error if isinstance(error, RequestError) else cause.with_traceback(None) if cause else None
    return GraphQLError(error.message, source=error.source, positions=error.positions, original_error=original)


def _operations(document: DocumentNode, id: str) -> list[tuple[str | None, Operation]]:
    fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    variables = _directive_variables(document)
    operations = [
        Operation(
            document_id=id,
            tokens=document.token_count,
            node=node,
            fragments=fragments,
            directive_variables=variables,
        )
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    return [(operation.name, operation) for operation in operations]


class _DirectiveVariables(Visitor):
    """Collects the variables that directives are given."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: Any, *_: Any) -> None:
        """Collect the variable of a directive."""
        names = [argument.value.name.value for argument in node.arguments if isinstance(argument.value, VariableNode)]
        self.names.update(names)


def _directive_variables(document: DocumentNode) -> Sequence[str]:
    variables = _DirectiveVariables()
    visit(document, variables)
    return sorted(variables.names)


def _no_such_operation(name: str | None, known: Sequence[str]) -> GraphQLError:
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
        f"文档过长,最多 {limits.max_tokens} 个词法单元、{_MAX_COMMENTS} 条注释;请拆分为多个请求",
        f"the document is too long; it may have {limits.max_tokens} tokens and {_MAX_COMMENTS} comments. "
        "Split it into several requests",
    )


def _too_repetitive() -> GraphQLError:
    return too_complex(
        "文档中相同的字段或片段过多,无法核对;请去掉重复的字段,或拆分为多个请求",
        "the document selects the same fields, or spreads fragments, too often to be checked; leave out what is "
        "double, or split it into several requests",
    )
