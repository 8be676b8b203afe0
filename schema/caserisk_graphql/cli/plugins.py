"""`plugins`: list the installed plugins and their problems, check their hooks, and apply them to open cases."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from caserisk.domain.refusals import Refused
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import PluginStatus
from caserisk.regulation.discovery import find_installed_plugins
from caserisk.regulation.plugin_check import PluginFault, check_plugin
from caserisk.regulation.registry import LoadedPlugin
from caserisk_graphql.cli.output import localise, print_error, print_message, print_refusal, print_table, progress_bar
from caserisk_graphql.cli.run import load_settings, run_job
from caserisk_graphql.plugin_registry import BASELINE, load_registry

if TYPE_CHECKING:
    from rich.progress import Progress

    from caserisk_graphql.application import Application

plugins = typer.Typer()

_HEADINGS = (
    Text("插件", "PLUGIN"),
    Text("版本", "VERSION"),
    Text("适用地区", "JURISDICTIONS"),
    Text("状态", "STATUS"),
    Text("问题", "PROBLEM"),
    Text("规则", "HOOKS"),
)


@plugins.callback(invoke_without_command=True)
def list_plugins(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="在子进程中逐一试运行 · ask every hook in a child process")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="有故障时以1退出 · exit with 1 if any is bad")] = False,
) -> None:
    """列出已安装的插件及其问题。 List the plugins that are installed, and what is wrong with them."""
    if context.invoked_subcommand:
        return
    logging.disable(logging.CRITICAL)  # the table shows the problems of plugins
    # The list alone does without a database; to check is to compare with what is on record, too.
    compared = check or strict
    listed = run_job(_compared) if compared else load_registry(load_settings()).all
    print_table(_HEADINGS, [_row(plugin) for plugin in listed])
    faults = _check(plugin for plugin in listed if plugin.jurisdictions) if check else []
    if compared and (faults or any(plugin.status is not PluginStatus.ACTIVE for plugin in listed)):
        raise typer.Exit(1)


@plugins.command("retire")
def retire_plugin(
    name: Annotated[str, typer.Argument(metavar="NAME", help="插件名称 · the name of its distribution")],
) -> None:
    """停用已卸载的插件,由其余办法决定。 Let go the offices of a plugin that is gone: the next layers decide."""

    async def retire(opened: Application) -> tuple[str, ...]:
        from caserisk.registrar import Registrar  # with the database behind it; the list of plugins does without

        return await Registrar(runner=opened.runner).retire_plugin(name)

    codes = " ".join(run_job(retire))
    print_message(
        f"已停用插件「{name}」,原适用:{codes};请随后执行 caserisk plugins apply",
        f"plugin {name!r} is retired; it decided for {codes}. Run caserisk plugins apply next",
    )


@plugins.command("apply")
def apply_plugins() -> None:
    """对在办案件重新适用现行办法。 Decide the gates of open cases anew, by the plugins installed now."""
    changed, refused = run_job(_apply)
    print_message(f"已更新{changed}件;{refused}件未能适用", f"{changed} cases changed; {refused} were refused")
    if refused:
        raise typer.Exit(1)


async def _compared(opened: Application) -> tuple[LoadedPlugin, ...]:
    """Return the plugins as they compare with the record, those that are gone first."""
    from caserisk.plugin_record import removed_plugins

    return (*await removed_plugins(opened.registry, opened.store), *opened.registry.all)


def _row(plugin: LoadedPlugin) -> tuple[str, ...]:
    return (
        plugin.name,
        plugin.version,
        " ".join(plugin.jurisdictions),
        localise(plugin.status.zh, plugin.status.value),
        plugin.problem or "",
        " ".join(hook.removeprefix("caserisk_") for hook in plugin.hooks),
    )


def _check(loaded: Iterable[LoadedPlugin]) -> list[PluginFault]:
    """Run every hook of the usable plugins in a child process, and print the faults."""
    usable = {plugin.name for plugin in loaded if plugin.usable}
    everything = find_installed_plugins()
    faults = [
        fault
        for plugin in everything
        if plugin.name in usable
        for fault in check_plugin(plugin, everything, baseline=BASELINE)
    ]
    for fault in faults:
        print_error(
            f"插件「{fault.plugin}」的 {fault.hook}({fault.office}):{fault.error}",
            f"plugin {fault.plugin!r}, {fault.hook} for {fault.office}: {fault.error}",
        )
    if not faults:
        print_message(
            f"已试运行{len(usable)}个插件,未发现问题", f"{len(usable)} plugins checked; nothing is wrong with them"
        )
    return faults


async def _apply(opened: Application) -> tuple[int, int]:
    from caserisk.reapply import reapply  # with the database behind it; the list of plugins does without

    with progress_bar() as bar:
        return await reapply(opened.runner, progress=_Progress(bar))


class _Progress:
    """The progress of applying the plugins: counts the cases on a bar, and prints those that are refused."""

    def __init__(self, bar: Progress) -> None:
        self._bar, self._task = bar, bar.add_task(localise("在办案件", "open cases"), total=None)

    def __call__(self, case_id: str, refusal: Refused | None) -> None:
        self._bar.advance(self._task)
        if refusal:
            print_error(f"案件 {case_id}:", f"case {case_id}:")
            print_refusal(refusal)
