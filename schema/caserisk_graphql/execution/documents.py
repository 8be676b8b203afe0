"""Documents that clients send: parsed and validated once, and kept with what is known of their operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

from caserisk_graphql.errors import bad_input
from caserisk_graphql.execution.kept import Kept

_KEPT = {"entries": 500, "size": 4 * 1024 * 1024}
"""How many documents are kept, of how many characters together."""


class Unanswerable(Exception):
    """A request that is not executed at all, for these errors."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """An operation of a document; ``deciding`` are the variables by which directives decide what is selected."""

    node: OperationDefinitionNode
    fragments: Sequence[FragmentDefinitionNode]
    deciding: Sequence[str]

    @property
    def kind(self) -> OperationType:
        """Whether it is a query, a mutation or a subscription."""
        return self.node.operation

    def document(self, node: OperationDefinitionNode | None = None) -> DocumentNode:
        """A document of this operation alone, or of another in its place."""
        return DocumentNode(definitions=(node or self.node, *self.fragments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """The variables of a request, as their types have them; ``sent`` is the same text where the same was sent."""

    values: VariableValues
    sent: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """A document with its operations by name; where it has ``errors``, nothing of it is executed."""

    errors: Sequence[GraphQLError] = ()
    operations: Mapping[str | None, Operation]

    def operation(self, name: str | None) -> Operation:
        """The operation of a name; without one, the only one there is.

        Raises:
            Unanswerable: the document has errors, or no such operation.
        """
        if self.errors:
            raise Unanswerable(self.errors)
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None or name not in self.operations:
            raise Unanswerable([_which(name, [known for known in self.operations if known])])
        return self.operations[name]


class Documents:
    """The documents of one schema."""

    def __init__(self, core: GraphQLSchema) -> None:
        self._core = core
        self._kept: Kept[str, Document] = Kept(**_KEPT)

    def of(self, text: str) -> Document:
        """The document that a text is."""
        return self._kept.get(text) or self._kept.put(text, self._read(text), len(text))

    def _read(self, text: str) -> Document:
        try:
            parsed = parse(text)
            errors = validate(self._core, parsed)
        except GraphQLSyntaxError as error:
            return Document(errors=[error], operations={})
        except RecursionError:
            return Document(errors=[_too_deep()], operations={})
        return Document(errors=errors, operations={} if errors else dict(_operations(parsed)))


def _operations(document: DocumentNode) -> list[tuple[str | None, Operation]]:
    fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    deciding = _deciding(document)
    return [
        (node.name.value if node.name else None, Operation(node=node, fragments=fragments, deciding=deciding))
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]


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


def _too_deep() -> GraphQLError:
    return bad_input(
        "文档嵌套过深,请拆分为多个请求", "the document is nested too deeply; split it into several requests"
    )
