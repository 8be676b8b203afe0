"""Generators and linters take the schema as it is published."""

from __future__ import annotations

from conformance.tools import ROOT, SCHEMA, CompletedTool, run_tool


def test_codegen_generates(codegen: CompletedTool) -> None:
    codegen.check()


def test_relay_compiler_compiles(relay_compiler: CompletedTool) -> None:
    relay_compiler.check()


def test_generated_types_pass_strict_tsc(codegen: CompletedTool, relay_compiler: CompletedTool) -> None:
    codegen.check()
    relay_compiler.check()

    run_tool("tsc", "--project", "tsconfig.json").check()


def test_graphql_eslint_finds_nothing(node: None) -> None:
    files = ("schema/schema.graphql", "conformance/operations/*.graphql")
    run_tool("eslint", "--config", "conformance/eslint.config.mjs", "--max-warnings", "0", *files, cwd=ROOT).check()


def test_schema_linter_finds_nothing(node: None) -> None:
    run_tool("graphql-schema-linter", SCHEMA).check()
