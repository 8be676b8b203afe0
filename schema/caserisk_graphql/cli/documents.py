"""`documents`: list, enter and remove the documents of frontends, and show which clients use what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from caserisk.domain.refusals import invalid
from caserisk.domain.terms import office_time
from caserisk.domain.texts import Text
from caserisk.store.trusted_documents import (
    TrustedDocument,
    UsageCount,
    all_documents,
    all_uses,
    put_documents,
    remove_documents,
)
from caserisk_graphql.application import Application
from caserisk_graphql.cli.manifests import read_manifest
from caserisk_graphql.cli.output import print_message, print_table
from caserisk_graphql.cli.run import run_job
from caserisk_graphql.engine.documents import DocumentCache
from caserisk_graphql.engine.trusted_documents import is_document_id

documents = typer.Typer()

_DOCUMENT_HEADINGS = (
    Text("文档", "DOCUMENT"),
    Text("操作", "OPERATIONS"),
    Text("前端", "CLIENT"),
    Text("登记时间", "IMPORTED"),
    Text("使用次数", "USES"),
    Text("最近使用", "LAST USED"),
)
_USAGE_HEADINGS = (
    Text("客户端", "CLIENT"),
    Text("版本", "VERSION"),
    Text("操作", "OPERATION"),
    Text("文档", "DOCUMENT"),
    Text("使用次数", "USES"),
    Text("最近使用", "LAST USED"),
    Text("已弃用的字段", "DEPRECATED"),
)
_MAX_CLIENT_LENGTH = 64


@documents.callback(invoke_without_command=True)
def list_documents(context: typer.Context) -> None:
    """列出已登记的文档及其使用情况。 List the documents that were entered, and how much they are used."""
    if context.invoked_subcommand:
        return
    found, uses = run_job(_load_documents)
    print_table(
        _DOCUMENT_HEADINGS, [_document_row(item, [use for use in uses if use.document_id == item.id]) for item in found]
    )


@documents.command("import")
def import_documents(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="文档清单 · the manifest of a frontend's build")],
    client: Annotated[str, typer.Option(help="前端名称 · the frontend it is of")] = "",
) -> None:
    """登记前端构建时生成的文档清单。 Enter the manifest of a frontend's build."""
    if len(client) > _MAX_CLIENT_LENGTH or (client and not client.isprintable()):
        raise invalid(
            f"前端名称「{client[:80]}」不对;应为至多 {_MAX_CLIENT_LENGTH} 个可见字符",
            f"the client {client[:80]!r} is wrong; it is called by at most {_MAX_CLIENT_LENGTH} visible characters",
            "client",
        )
    new, total = run_job(lambda opened: _import(opened, file, client))
    print_message(
        f"已登记{new}个文档;{total - new}个已存在", f"{new} documents entered; {total - new} were there already"
    )


@documents.command("usage")
def show_usage() -> None:
    """列出各客户端使用的文档和已弃用的字段。 Show which documents and deprecated fields each client uses."""
    _, uses = run_job(_load_documents)
    print_table(_USAGE_HEADINGS, [_usage_row(use) for use in uses])


@documents.command("remove")
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="文档编号 · the documents' ids")],
) -> None:
    """撤销文档;各服务器一分钟内生效。 Remove documents; every server knows within a minute."""
    for id in ids:
        if not is_document_id(id):
            raise invalid(
                f"「{id[:80]}」不是文档编号;应为 sha256: 加 64 位小写十六进制数字",
                f"{id[:80]!r} is no document's id; it is sha256: and 64 hexadecimal digits in lower case",
                "id",
            )
    removed = run_job(lambda opened: remove_documents(opened.store, ids))
    absent = len(ids) - removed
    print_message(f"已撤销{removed}个文档;{absent}个未登记", f"{removed} documents removed; {absent} were not there")


async def _load_documents(opened: Application) -> tuple[list[TrustedDocument], list[UsageCount]]:
    return await all_documents(opened.store), await all_uses(opened.store)


async def _import(opened: Application, file: Path, client: str) -> tuple[int, int]:
    from caserisk_graphql.api.schema import schema  # slow to build, and no other command here validates

    listed = read_manifest(file, DocumentCache(schema().core, opened.settings.limits))
    now = opened.runner.clock()
    entered = [
        TrustedDocument(id=item.id, text=item.text, operations=item.operations, client=client, imported_at=now)
        for item in {item.id: item for item in listed}.values()  # a manifest may list a document twice
    ]
    return await put_documents(opened.store, entered), len(entered)


def _document_row(item: TrustedDocument, uses: list[UsageCount]) -> tuple[str, ...]:
    last = max((use.last_at for use in uses), default=None)
    return (
        item.id,
        " ".join(item.operations),
        item.client,
        office_time(item.imported_at),
        str(sum(use.uses for use in uses)),
        office_time(last) if last else "",
    )


def _usage_row(use: UsageCount) -> tuple[str, ...]:
    return (
        use.client,
        use.version,
        use.operation,
        use.document_id,
        str(use.uses),
        office_time(use.last_at),
        " ".join(use.deprecated),
    )
