"""The root of all reads."""

from __future__ import annotations

from caserisk.store import tables as t
from caserisk_graphql.api.cases import Case
from caserisk_graphql.api.connections import Connection
from caserisk_graphql.api.enums import CaseOrder, WarningOrder
from caserisk_graphql.api.events import LOG, EventPage
from caserisk_graphql.api.filters import CaseFilter, WarningFilter
from caserisk_graphql.api.node import Node
from caserisk_graphql.api.orders import CASES, WARNINGS
from caserisk_graphql.api.organisation import Office
from caserisk_graphql.api.regulation import Plugin, Regulation, plugins, regulation_on
from caserisk_graphql.api.statistics import ARGUMENTS, Statistics
from caserisk_graphql.api.statistics_queries import Period
from caserisk_graphql.api.viewer import Viewer, viewer
from caserisk_graphql.api.warnings import RiskWarning
from caserisk_graphql.reads.fields import argument, by_id, by_ids, computed, counted, log, many, one, page
from caserisk_graphql.reads.stored_types import embedded


@embedded("Everything that can be read. What the viewer may not see is simply absent.")
class Query:
    """The stored and the computed data of an installation."""

    node: Node | None = by_id("Whatever has a global id; null where there is nothing, or nothing the viewer may see.")
    nodes: list[Node | None] = by_ids("As `node`, for several ids at once, in their order.")
    viewer: Viewer = computed(viewer, "Who the token says is asking (当前用户).")
    office: Office | None = one(
        t.offices,
        argument("code", str, "The office's code (检察院代码)."),
        "An office by its code (检察院).",
        by=t.offices.c.code,
    )
    offices: list[Office] = many(
        t.offices,
        None,
        "The offices that the viewer may see (检察院), those above before those below.",
        order=(t.offices.c.path,),
    )
    case: Case | None = one(
        t.cases, argument("number", str, "The case number (案号)."), "A case by its number (案件).", by=t.cases.c.number
    )
    cases: Connection[Case] = page(
        t.cases, None, "The cases that the viewer may see (案件).", orders=CASES, ordering=CaseOrder, filter=CaseFilter
    )
    warnings: Connection[RiskWarning] = page(
        t.warnings,
        None,
        "The ledger (台账): the warnings of the cases that the viewer may see.",
        orders=WARNINGS,
        ordering=WarningOrder,
        filter=WarningFilter,
    )
    events: EventPage = log(
        LOG, "The event log (事件日志), for those who poll: keep `endCursor` and give it as `after`."
    )
    regulation: Regulation | None = computed(
        regulation_on, "The rules in force for an office on a day (预警办法); null where nothing regulates it."
    )
    statistics: Statistics = counted(
        Period.totals, "Counts of a period, both days included (统计).", *ARGUMENTS, of=Period
    )
    plugins: list[Plugin] = computed(plugins, "The plugins that are installed (地区插件), and what is wrong with them.")
