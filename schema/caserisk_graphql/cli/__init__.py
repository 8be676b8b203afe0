"""The command line `caserisk`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.exceptions import Abort, TyperException

from caserisk.domain.refusals import Refused
from caserisk_graphql.cli.output import print_error, print_refusal

_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command or group of commands: its module in this package, its name there, and its line in the list."""

    module: str
    attribute: str
    help: str


COMMANDS = {
    "serve": CommandEntry(
        "serve", "serve", "启动服务:API、GraphiQL、期限时钟。 Serve the API, GraphiQL and the deadline clock."
    ),
    "worker": CommandEntry(
        "serve", "worker", "只运行期限时钟,直至终止。 Run the deadline clock alone, until told to end."
    ),
    "migrate": CommandEntry("data", "migrate", "建立或升级数据库。 Create the database, or bring it up to date."),
    "verify": CommandEntry(
        "verification", "verify_database", "按日志核对数据库。 Compare the database with what its log adds up to."
    ),
    "demo": CommandEntry(
        "data", "demo", "在空数据库中建立演示数据。 Fill an empty database with three regions and a year of cases."
    ),
    "token": CommandEntry(
        "tokens", "token", "签发令牌:按检察院与角色,或按人员。 Print a bearer token, by office and role or by officer."
    ),
    "schema": CommandEntry("data", "schema", "输出 GraphQL 模式。 Print the GraphQL schema."),
    "import": CommandEntry("data", "import_file", "导入案件。 Import cases as a case-management system exports them."),
    "readers": CommandEntry(
        "party_readers",
        "readers",
        "列出查阅过案件当事人信息的人员。 List who read the parties of a case, each day the first time.",
    ),
    "documents": CommandEntry("documents", "documents", "前端的文档。 The documents that frontends were built with."),
    "plugins": CommandEntry("plugins", "plugins", "地区插件。 The plugins of the regions."),
    "calendar": CommandEntry("calendar", "calendar", "工作日历。 The calendar of working days."),
    "office": CommandEntry("organisation", "office", "检察院及其选项。 Offices and the options they chose."),
    "department": CommandEntry("organisation", "department", "部门。 Departments."),
    "officer": CommandEntry("organisation", "officer", "人员。 Officers."),
}
"""The commands in the order of the list. Their modules take up to a second to import: the list does without them."""


def create_cli(arguments: Sequence[str]) -> typer.Typer:
    """Create the command line; of its commands import those that are named in the arguments."""
    cli = typer.Typer(
        name="caserisk",
        help="办案风险评估预警。 Risk assessment and early warning for the handling of cases.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name, entry in COMMANDS.items():
        # A value may be called like a command, too; then that one is imported for nothing.
        command = _load(entry) if name in arguments else _not_loaded
        if isinstance(command, typer.Typer):
            cli.add_typer(command, name=name, help=entry.help)
        else:
            cli.command(name, help=entry.help)(command)
    return cli


def _load(entry: CommandEntry) -> Any:
    # Importing makes many objects and hardly any garbage: looking for it takes a tenth of the time.
    gc.disable()
    try:
        return getattr(import_module(f"{__name__}.{entry.module}"), entry.attribute)
    finally:
        gc.enable()


def _not_loaded() -> None:
    """Stand in the list for a command that is not run."""
    raise AssertionError("a command that is run is named in the arguments")


def main() -> int:
    """Run the command of `sys.argv`; return 1 where it is refused, 2 where it is typed wrongly."""
    arguments = sys.argv[1:]
    try:
        code: int | None = create_cli(arguments)(arguments, standalone_mode=False)
    except Refused as refusal:
        print_refusal(refusal)
        return 1
    except TyperException as error:
        if error.format_message():  # empty where no command was named, and the help was shown
            print_error(f"命令有误:{error.format_message()};用法见 --help", f"{error.format_message()} See --help.")
        return error.exit_code
    except Abort:
        return _INTERRUPTED
    return code or 0
