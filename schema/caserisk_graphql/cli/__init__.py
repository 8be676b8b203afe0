"""The command line: `caserisk`."""

from __future__ import annotations

import typer
from typer.exceptions import Abort, TyperException

from caserisk.domain.refusals import Refused
from caserisk_graphql.cli import data, documents, organisation, plugins, readers, serving, tokens
from caserisk_graphql.cli.speech import complain, complain_of

_INTERRUPTED = 130

app = typer.Typer(
    name="caserisk",
    help="办案风险评估预警。 Risk assessment and early warning for the handling of cases.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serving.serve)
app.command()(serving.worker)
app.command()(serving.migrate)
app.command()(data.demo)
app.command()(tokens.token)
app.command()(data.schema)
app.command("import")(data.import_file)
app.command()(readers.readers)
app.add_typer(documents.documents, name="documents")
app.add_typer(plugins.plugins, name="plugins")
app.add_typer(organisation.office, name="office")
app.add_typer(organisation.department, name="department")
app.add_typer(organisation.officer, name="officer")


def main() -> int:
    """Run what was typed; gives the exit code: 1 where it was refused, 2 where it was typed wrongly."""
    try:
        code: int | None = app(standalone_mode=False)
    except Refused as refusal:
        complain_of(refusal)
        return 1
    except TyperException as error:
        if error.format_message():  # empty where the help was asked for by typing nothing
            complain(f"命令有误:{error.format_message()};用法见 --help", f"{error.format_message()} See --help.")
        return error.exit_code
    except Abort:
        return _INTERRUPTED
    return code or 0
