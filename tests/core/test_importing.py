"""Importing cases as a case-management system exports them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, select

from caserisk.command_runner import CommandRunner
from caserisk.commands.cases import OpenCase
from caserisk.domain.cases import CaseParty
from caserisk.domain.refusals import Problem, Refused
from caserisk.domain.vocabulary import Role
from caserisk.importing import ImportReport, import_cases
from caserisk.regulation.registry import Registry
from caserisk.store import tables as t
from caserisk.store.database import Row
from tests.support.stored import stored_rows
from tests.support.world import HUIZHOU, SHANDONG, ZHUZHOU, StaffedOffice, World

HEADER = ("案号", "案件名称", "案由", "检察院", "部门", "承办人", "办案环节", "受理日期", "当事人")
ENGLISH = ("number", "title", "cause", "office", "department", "handler", "stage", "opened", "parties")
CASE = {
    "案号": "株检刑检受〔2026〕12号",
    "案件名称": "张某故意伤害案",
    "案由": "故意伤害",
    "检察院": ZHUZHOU,
    "部门": "公诉处",
    "承办人": Role.CASE_HANDLER.zh,
    "办案环节": "受理",
    "受理日期": "2026-01-04",
    "当事人": "被告人:张某;被害人:李某",
}


def a_case(**cells: str) -> list[str]:
    """The cells of a row, some of them other than usual."""
    return [(CASE | cells)[name] for name in HEADER]


def a_file(directory: Path, *rows: list[str], header: tuple[str, ...] = HEADER, encoding: str = "utf-8") -> Path:
    """A CSV file."""
    written = io.StringIO()
    csv.writer(written).writerows([header, *rows])
    return raw_file(directory, written.getvalue().encode(encoding))


def raw_file(directory: Path, data: bytes) -> Path:
    """A file of these bytes."""
    path = directory / "cases.csv"
    path.write_bytes(data)
    return path


async def stored(world: World) -> list[Row]:
    """The cases there are, by number."""
    return await stored_rows(world.store, select(t.cases).order_by(t.cases.c.number))


async def refusal(world: World, path: Path) -> list[str]:
    """What a file is refused for, in Chinese; nothing may have come of it."""
    before = await world.store.end_of_log()

    with pytest.raises(Refused) as refused:
        await import_cases(world.runner, path)

    assert await world.store.end_of_log() == before
    return [problem.message_for(str).zh for problem in refused.value.problems]


def told(report: ImportReport) -> list[tuple[int, str, str]]:
    """Line, column and reason of all that is wrong."""
    return [(bad.line, bad.column, bad.reason.zh) for bad in report.problems]


@pytest.fixture
async def zhuzhou(world: World) -> StaffedOffice:
    """The office that most rows name."""
    return await world.office(ZHUZHOU, "株洲市人民检察院")


# ------------------------------------------------------------------------------------------------ good files


async def test_a_row_opens_a_case(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    report = await import_cases(world.runner, a_file(tmp_path, a_case()))

    assert report == ImportReport(imported=1, unchanged=0, problems=())
    (case,) = await stored(world)
    assert (case["number"], case["title"], case["cause"]) == ("株检刑检受〔2026〕12号", "张某故意伤害案", "故意伤害")
    assert case["handler_id"] == zhuzhou.officer_id(Role.CASE_HANDLER)
    assert case["department_id"] == zhuzhou.department().id
    assert case["stage_key"] == "acceptance"
    assert case["opened_at"] == datetime(2026, 1, 3, 16, tzinfo=UTC)
    assert case["parties"] == [{"role": "被告人", "label": "张某"}, {"role": "被害人", "label": "李某"}]


async def test_an_english_header_is_understood(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    path = a_file(tmp_path, a_case(检察院="株洲市人民检察院", 办案环节="examination"), header=ENGLISH)

    report = await import_cases(world.runner, path)

    assert report.imported == 1
    assert (await stored(world))[0]["stage_key"] == "examination"


async def test_only_four_columns_are_needed(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    path = a_file(tmp_path, a_case()[:4], header=HEADER[:4])

    report = await import_cases(world.runner, path)

    assert report.imported == 1
    (case,) = await stored(world)
    assert (case["department_id"], case["handler_id"], case["stage_key"]) == (None, None, "acceptance")
    assert case["opened_at"] == world.now


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_common_encodings_are_told_apart(
    world: World, zhuzhou: StaffedOffice, tmp_path: Path, encoding: str
) -> None:
    report = await import_cases(world.runner, a_file(tmp_path, a_case(), encoding=encoding))

    assert report == ImportReport(imported=1, unchanged=0, problems=())
    assert (await stored(world))[0]["title"] == "张某故意伤害案"


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        ("2026-01-05", datetime(2026, 1, 4, 16, tzinfo=UTC)),
        ("2026/1/5", datetime(2026, 1, 4, 16, tzinfo=UTC)),
        ("2026年1月5日", datetime(2026, 1, 4, 16, tzinfo=UTC)),
        ("2026-01-05 09:30", datetime(2026, 1, 5, 1, 30, tzinfo=UTC)),
        ("2026/1/5 9:30:05", datetime(2026, 1, 5, 1, 30, 5, tzinfo=UTC)),
        ("2026-01-05T09:30:05", datetime(2026, 1, 5, 1, 30, 5, tzinfo=UTC)),
    ],
)
async def test_days_are_written_in_many_ways(
    world: World, zhuzhou: StaffedOffice, tmp_path: Path, written: str, opened: datetime
) -> None:
    await import_cases(world.runner, a_file(tmp_path, a_case(受理日期=written)))

    assert (await stored(world))[0]["opened_at"] == opened


@pytest.mark.parametrize(
    "written", ["被告人:张某;被害人:李某", "被告人：张某； 被害人：李某；", "被告人:张某;被害人：李某"]
)
async def test_parties_take_both_kinds_of_colon(
    world: World, zhuzhou: StaffedOffice, tmp_path: Path, written: str
) -> None:
    await import_cases(world.runner, a_file(tmp_path, a_case(当事人=written)))

    parties = [CaseParty(**party) for party in (await stored(world))[0]["parties"]]
    assert parties == [CaseParty(role="被告人", label="张某"), CaseParty(role="被害人", label="李某")]


async def test_rows_of_all_regions_go_together(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    await world.office(SHANDONG)
    await world.office(HUIZHOU)
    rows = [a_case(案号=f"{code}第1号", 检察院=code) for code in (ZHUZHOU, SHANDONG, HUIZHOU)]

    report = await import_cases(world.runner, a_file(tmp_path, *rows))

    assert report == ImportReport(imported=3, unchanged=0, problems=())


# ------------------------------------------------------------------------------------------------ again


async def test_a_second_run_changes_nothing(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    path = a_file(tmp_path, a_case(案号="甲1号", 案件名称="  张某故意伤害案 "), a_case(案号="甲2号"))
    await import_cases(world.runner, path)
    before = await world.store.end_of_log()

    report = await import_cases(world.runner, path)

    assert report == ImportReport(imported=0, unchanged=2, problems=())
    assert await world.store.end_of_log() == before


async def test_a_handler_who_left_disturbs_no_second_run(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    path = a_file(tmp_path, a_case())
    await import_cases(world.runner, path)
    handler = zhuzhou.viewer(Role.CASE_HANDLER).officer
    await world.registrar.officer(zhuzhou.office, handler.name, handler.roles, id=handler.id, active=False)

    report = await import_cases(world.runner, path)

    assert report == ImportReport(imported=0, unchanged=1, problems=())


async def test_new_rows_are_added_to_known_ones(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    await import_cases(world.runner, a_file(tmp_path, a_case(案号="甲1号")))

    report = await import_cases(world.runner, a_file(tmp_path, a_case(案号="甲1号"), a_case(案号="甲2号")))

    assert report == ImportReport(imported=1, unchanged=1, problems=())


# ------------------------------------------------------------------------------------------------ bad rows


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("案号", "", "「number」不能为空"),
        ("案号", "号" * 65, "「number」有65个字符,最多64个"),
        ("案件名称", " ", "「title」不能为空"),
        ("案件名称", "案" * 201, "「title」有201个字符,最多200个"),
        ("案由", "", "「cause」不能为空"),
        ("检察院", "", "「office」不能为空"),
        ("检察院", "999999", "未找到检察院「999999」"),
        ("检察院", "湖南省人民检察院", "未找到检察院「湖南省人民检察院」"),
        ("部门", "侦监处", "未找到本院部门「侦监处」"),
        ("承办人", "王某某", "未找到该部门在职人员「王某某」"),
        ("承办人", Role.COMPLAINTS_OFFICER.zh, f"未找到该部门在职人员「{Role.COMPLAINTS_OFFICER.zh}」"),
        ("承办人", Role.DEPARTMENT_HEAD.zh, f"「{Role.DEPARTMENT_HEAD.zh}」不是案件承办人"),
        ("办案环节", "二审", "没有办案环节「二审」;可用:受理(acceptance)、审查(examination)"),
        ("受理日期", "2026-02-30", "「2026-02-30」不是日期;应为2026-01-05、2026/1/5或2026年1月5日"),
        ("受理日期", "昨天", "「昨天」不是日期"),
        ("受理日期", "2026-01-06", "晚于当前时间"),
        ("当事人", "张某", "当事人「张某」应写作「角色:姓名」"),
        ("当事人", "被告人:", "「label」不能为空"),
    ],
)
async def test_a_bad_cell_is_named(
    world: World, zhuzhou: StaffedOffice, tmp_path: Path, column: str, cell: str, reason: str
) -> None:
    report = await import_cases(world.runner, a_file(tmp_path, a_case(**{column: cell})))

    (bad,) = report.problems
    assert (bad.line, bad.column, bad.value) == (2, column, cell.strip()[:64])
    assert reason in bad.reason.zh
    assert bad.reason.en
    assert await stored(world) == []


async def test_all_that_is_wrong_is_said_at_once(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    known = a_case(案号="", 案件名称="", 案由="", 承办人="王某某", 办案环节="二审", 受理日期="昨天", 当事人="张某")
    unknown = a_case(案件名称="", 检察院="湖南省人民检察院", 受理日期="2027-01-01")

    report = await import_cases(world.runner, a_file(tmp_path, known, unknown))

    wrong = {(bad.line, bad.column) for bad in report.problems}
    assert wrong == {
        *((2, name) for name in ("案号", "案件名称", "案由", "承办人", "办案环节", "受理日期", "当事人")),
        *((3, name) for name in ("案件名称", "检察院", "受理日期")),
    }


async def test_columns_are_called_as_in_the_header(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    report = await import_cases(world.runner, a_file(tmp_path, a_case(受理日期="昨天"), header=ENGLISH))

    assert [bad.column for bad in report.problems] == ["opened"]


async def test_two_of_one_name_cannot_be_told_apart(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    await world.registrar.officer(
        zhuzhou.office, Role.CASE_HANDLER.zh, [Role.CASE_HANDLER], department_id=zhuzhou.department().id
    )

    report = await import_cases(world.runner, a_file(tmp_path, a_case()))

    assert told(report) == [(2, "承办人", "该部门有2人名为「案件承办人」,无法确定承办人")]


async def test_offices_of_one_name_need_the_code(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    await world.office("430281", "株洲市人民检察院")

    report = await import_cases(world.runner, a_file(tmp_path, a_case(检察院="株洲市人民检察院")))

    assert told(report) == [(2, "检察院", "有2个检察院名为「株洲市人民检察院」,请写代码:430200、430281")]


async def test_a_number_stands_once_in_a_file(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    report = await import_cases(world.runner, a_file(tmp_path, a_case(案号="甲1号"), a_case(案号="甲1号")))

    assert told(report) == [(3, "案号", "案号「甲1号」与第2行重复")]
    assert await stored(world) == []


async def test_a_number_of_another_case_is_refused(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    await import_cases(world.runner, a_file(tmp_path, a_case(案号="甲1号")))

    report = await import_cases(
        world.runner, a_file(tmp_path, a_case(案号="甲1号", 案件名称="李某盗窃案", 案由="盗窃"))
    )

    assert told(report) == [(2, "案号", "案号「甲1号」已有案件,其案件名称、案由与本行不同")]
    assert [case["cause"] for case in await stored(world)] == ["故意伤害"]


async def test_a_row_with_too_many_cells_is_named(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    report = await import_cases(world.runner, a_file(tmp_path, [*a_case(案号="甲1号"), "多余"], a_case(案号="甲2号")))

    assert told(report) == [(2, "", "此行有10个单元格,表头有9个;含逗号的内容须加引号")]
    assert await stored(world) == []


async def test_lines_are_counted_within_quotes(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    good = a_case(案号="甲1号", 案件名称="张某故意伤害案\n(附带民事诉讼)")

    report = await import_cases(world.runner, a_file(tmp_path, good, [], a_case(案号="甲2号", 案由="")))

    assert [bad.line for bad in report.problems] == [5]


async def test_one_bad_row_keeps_all_out(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    path = a_file(tmp_path, a_case(案号="甲1号"), a_case(案号="甲2号", 案由=""))

    report = await import_cases(world.runner, path)

    assert (report.imported, len(report.problems)) == (0, 1)
    assert await stored(world) == []


async def test_the_rest_is_imported_on_demand(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    path = a_file(tmp_path, a_case(案号="甲1号"), a_case(案号="甲2号", 案由=""), a_case(案号="甲3号"))

    report = await import_cases(world.runner, path, skip_bad=True)

    assert (report.imported, len(report.problems)) == (2, 1)
    assert [case["number"] for case in await stored(world)] == ["甲1号", "甲3号"]


async def test_an_office_without_regulation_is_named(tmp_path: Path, database: str) -> None:
    async with World(database, registry=Registry([], None)) as world:
        await world.office(ZHUZHOU)

        report = await import_cases(world.runner, a_file(tmp_path, a_case()))

    assert told(report) == [(2, "检察院", "检察院「430200」当日没有可适用的办法;请安装该地区的插件,或启用通用规则")]


class Overtaken(CommandRunner):
    """A runner at which somebody else opens a case as soon as rows are checked."""

    async def check(self, office: str, commands: Sequence[OpenCase]) -> list[tuple[Problem, ...]]:
        """Check, and be overtaken."""
        found = await CommandRunner.check(self, office, commands)
        await self.execute(replace(commands[0], title="李某盗窃案"), viewer=None)
        return found


async def test_somebody_who_was_faster_is_noticed(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    runner = Overtaken(store=world.store, registry=world.runner.registry, clock=world.runner.clock)

    report = await import_cases(runner, a_file(tmp_path, a_case(案号="甲1号"), a_case(案号="甲2号")))

    assert report.imported == 1
    assert told(report) == [(2, "案号", "案号「甲1号」已存在")]


# ------------------------------------------------------------------------------------------------ files that are none


async def test_a_wrong_header_is_refused(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    path = a_file(tmp_path, a_case(), header=("案号", "number", "案件名称", "罪名", *HEADER[4:]))

    problems = await refusal(world, path)

    assert problems == [
        "表头第4列「罪名」无法识别;可用:案号、案件名称、案由、检察院、部门、承办人、办案环节、受理日期、当事人",
        "表头中「案号」重复出现",
        "表头缺少「案由」一列",
        "表头缺少「检察院」一列",
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "文件是空的:第一行应为表头"),
        (b"\xef\xbb\xbf\r\n,,\r\n", "文件是空的:第一行应为表头"),
        (b"PK\x03\x04\x14\x00\x06\x00", "这是Excel工作簿,不是CSV文件;请另存为「CSV UTF-8」"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "这是Excel工作簿,不是CSV文件;请另存为「CSV UTF-8」"),
        ("案号,案由".encode("utf-16"), "字节偏移7处为空字节"),
        ('案号,案件名称,案由,检察院\n甲1号,"张某'.encode(), "第2行起不是合格的CSV"),
        ("案号,案由\n甲1号,盗".encode() + b"\xff", "第2行字节偏移25处的0xff不是UTF-8编码的文字"),
        ("案号,案由\n甲1号,盗".encode("gb18030") + b"\xff", "第2行字节偏移18处的0xff不是GB18030编码的文字"),
    ],
)
async def test_what_is_no_table_is_refused(
    world: World, zhuzhou: StaffedOffice, tmp_path: Path, data: bytes, reason: str
) -> None:
    (problem,) = await refusal(world, raw_file(tmp_path, data))

    assert reason in problem


async def test_damaged_text_is_not_read_as_another_encoding(
    world: World, zhuzhou: StaffedOffice, tmp_path: Path
) -> None:
    data = a_file(tmp_path, a_case()).read_bytes()
    damaged = data.replace("故意".encode(), "故意".encode()[1:], 1)

    (problem,) = await refusal(world, raw_file(tmp_path, damaged))

    assert "不是UTF-8编码的文字" in problem


async def test_there_have_to_be_offices(world: World, tmp_path: Path) -> None:
    problems = await refusal(world, a_file(tmp_path, a_case()))

    assert problems == ["尚未登记任何检察院,不能导入案件"]


# ------------------------------------------------------------------------------------------------ what it costs


@contextmanager
def counted(world: World) -> Iterator[Mapping[str, int]]:
    """Count the statements that go to the database."""
    counts = {"statements": 0}

    def count(*_: object) -> None:
        counts["statements"] += 1

    event.listen(world.engine.sync_engine, "before_cursor_execute", count)
    yield counts
    event.remove(world.engine.sync_engine, "before_cursor_execute", count)


async def test_checking_costs_no_statements_per_row(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    costs = []
    for rows in (10, 100):
        path = a_file(tmp_path, *(a_case(案号=f"甲{number}号", 案由="") for number in range(rows)))
        with counted(world) as counts:
            await import_cases(world.runner, path)
        costs.append(counts["statements"])

    assert costs[0] == costs[1]


async def test_opening_costs_the_same_for_each_row(world: World, zhuzhou: StaffedOffice, tmp_path: Path) -> None:
    costs = []
    for series, rows in (("甲", 2), ("乙", 12)):
        path = a_file(tmp_path, *(a_case(案号=f"{series}{number}号") for number in range(rows)))
        with counted(world) as counts:
            await import_cases(world.runner, path)
        costs.append(counts["statements"])

    assert costs[1] - costs[0] <= 10 * 15
