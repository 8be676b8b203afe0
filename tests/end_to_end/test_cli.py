"""The command line, as people type it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import pytest

CASERISK = str(Path(sys.executable).with_name("caserisk"))
CASES = "案号,案件名称,案由,检察院\n京检〔2026〕1号,张某故意伤害案,故意伤害,110000\n"


class Installation:
    """A folder for data and one for plugins; commands are run in it."""

    def __init__(self, folder: Path) -> None:
        self.plugins = folder / "plugins"
        self.plugins.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CASERISK_", "LC_"))}
        self.env = kept | {
            "CASERISK_DATA_DIR": str(folder / "data"),
            "PYTHONPATH": str(self.plugins),
            "PYTHONIOENCODING": "utf-8",
            "LANG": "C.UTF-8",
        }
        self.folder = folder

    def copied_to(self, folder: Path) -> Installation:
        """Return a copy with the same data and no plugins, in another folder."""
        shutil.copytree(self.folder / "data", folder / "data")
        return Installation(folder)

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [CASERISK, *arguments], env=self.env | env, capture_output=True, text=True, check=False, timeout=120
        )

    def says(self, *arguments: str, **env: str) -> str:
        """Run a command that has to succeed, and return what it prints."""
        done = self.run(*arguments, **env)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.strip()

    @contextmanager
    def started(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Start a command that goes on, and return once it says that it runs."""
        env = self.env | {"CASERISK_LOG_LEVEL": "warning"}
        pipe = subprocess.PIPE
        with subprocess.Popen([CASERISK, *arguments], env=env, stdout=pipe, stderr=pipe, text=True) as process:
            try:
                assert process.stdout
                assert process.stdout.readline()
                yield process
            finally:
                process.kill()

    def install(self, name: str, code: str, module: str) -> None:
        """Install a plugin for a jurisdiction: a module, and the metadata that names it."""
        (self.plugins / f"{name}.py").write_text(dedent(module), encoding="utf-8")
        metadata = self.plugins / f"{name}-1.0.dist-info"
        metadata.mkdir(exist_ok=True)
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[caserisk]\n{code} = {name}:PLUGIN\n")


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Provide an installation with an office and its complaints officer, for commands that change nothing."""
    staffed = Installation(tmp_path_factory.mktemp("staffed"))
    staffed.says("office", "add", "430200", "株洲市人民检察院")
    staffed.says("officer", "add", "430200", "王五", "--role", "COMPLAINTS_OFFICER")
    return staffed


HOOK = """
    import re, sys, time
    from caserisk.plugin import *
    from caserisk.plugin import hookimpl

    @hookimpl
    def caserisk_gates(facts):
        {body}

    @hookimpl
    def caserisk_stages():
        return [Stage(key="only", label=Text("唯一环节", "The only stage"))]

    PLUGIN = Plugin(api_version=API_VERSION, editions=(Edition(name="1", rules=sys.modules[__name__]),))
"""
"""A plugin whose gates are made up by a test."""

SLOW = """facts.latest and not facts.latest.has_risk and any(
            time.process_time() > end for end in [time.process_time() + 1.2] for _ in iter(int, 1)
        )"""

CLOSED = "return [Gate(act=GatedAct.CONCLUSION, open=False)]"

# ------------------------------------------------------------------------------------------------ tokens


def test_token_is_printed_and_nothing_else(staffed: Installation) -> None:
    done = staffed.run("token", "--office", "430200", "--role", "complaints_officer", "--hours", "1")

    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert done.stdout.count(".") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--office", "430200", "--role", "CASE_HANDLER"), "there is COMPLAINTS_OFFICER"),
        (("--office", "430200", "--role", "JUDGE"), "there are: CASE_HANDLER"),
        (("--office", "110000", "--role", "CASE_HANDLER"), "there are: 430200"),
        (("--officer", "nobody"), "office show"),
        (("--officer", "x", "--role", "CASE_HANDLER"), "--officer alone"),
        ((), "--officer alone"),
        (("--officer", "x", "--hours", "0"), "more than 0"),
    ],
)
def test_token_refusals_name_what_there_is(staffed: Installation, arguments: tuple[str, ...], said: str) -> None:
    done = staffed.run("token", *arguments)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("asked", [{"LANG": "zh_CN.UTF-8"}, {"LC_ALL": "zh_CN.GB18030", "LANG": "en_GB.UTF-8"}])
def test_people_are_told_in_their_language(staffed: Installation, asked: dict[str, str]) -> None:
    done = staffed.run("token", "--office", "430200", "--role", "CASE_HANDLER", **asked)

    assert done.stderr == (
        "错误:检察院「430200」没有在职的「CASE_HANDLER」(案件承办人);有:COMPLAINTS_OFFICER(控申部门人员)\n"
    )


def test_retired_officer_gets_no_token(installation: Installation) -> None:
    installation.says("office", "add", "430200", "株洲市人民检察院")
    officer = installation.says("officer", "add", "430200", "王五", "--role", "COMPLAINTS_OFFICER")

    installation.says("officer", "retire", officer)
    done = installation.run("token", "--officer", officer)

    assert done.returncode == 1
    assert "no longer active" in done.stderr


def test_identity_provider_keeps_tokens_to_itself(staffed: Installation) -> None:
    keys = staffed.folder / "jwks.json"
    keys.write_text('{"keys": []}')

    done = staffed.run("token", "--office", "430200", "--role", "COMPLAINTS_OFFICER", CASERISK_JWKS=str(keys))

    assert done.returncode == 1
    assert "CASERISK_JWKS" in done.stderr


# ------------------------------------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("arguments", "env", "code", "said"),
    [
        (("frobnicate",), {}, 2, "frobnicate"),
        (("office", "show"), {}, 2, "CODE"),
        (("token", "--hours", "many"), {}, 2, "--hours"),
        (("office", "list"), {"CASERISK_PORT": "many"}, 1, "CASERISK_PORT='many'"),
        (("office", "list"), {"CASERISK_PROT": "1"}, 1, "CASERISK_PORT"),
        (("office", "list"), {"CASERISK_DATA_DIR": "/dev/null/x"}, 1, "CASERISK_DATA_DIR"),
        (("office", "list"), {"CASERISK_DATABASE_URL": "sqlite:////dev/null/x.db"}, 1, "CASERISK_DATABASE_URL"),
        (("office", "list"), {"CASERISK_JWKS": "/nowhere/keys.json"}, 1, "CASERISK_JWKS"),
        (("office", "add", "43", "某院"), {}, 1, "430200"),
        (("office", "add", "430200", " "), {}, 1, "'name'"),
        (("import", "nowhere.csv"), {}, 1, "nowhere.csv"),
    ],
)
def test_mistakes_are_told_in_one_line(
    staffed: Installation, arguments: tuple[str, ...], env: Mapping[str, str], code: int, said: str
) -> None:
    done = staffed.run(*arguments, **env)

    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_database_that_is_away_shows_no_password(staffed: Installation) -> None:
    done = staffed.run("office", "list", CASERISK_DATABASE_URL="postgresql://caserisk:geheim@127.0.0.1:1/x")

    assert done.returncode == 1
    assert "CASERISK_DATABASE_URL" in done.stderr
    assert "geheim" not in done.stderr
    assert done.stderr.count("\n") == 1


# ------------------------------------------------------------------------------------------------ the organisation


def test_office_is_staffed_and_shown(installation: Installation) -> None:
    installation.says("office", "add", "430200", "株洲市人民检察院")
    head = installation.says("officer", "add", "430200", "李四", "--role", "CASE_HANDLER")
    department = installation.says("department", "add", "430200", "控申处", "--function", "COMPLAINTS")

    installation.says("officer", "set", head, "--role", "DEPARTMENT_HEAD", "--department", department)
    installation.says("department", "set", department, "--head", head)
    installation.says("office", "set", "430200", "numbering=national")
    shown = installation.says("office", "show", "430200")

    assert "caserisk-zhuzhou" in shown
    assert "numbering  national" in shown
    assert f"{department}  控申处" in shown
    assert f"{head}  李四  DEPARTMENT_HEAD  {department}" in shown


@pytest.mark.parametrize(
    ("chosen", "said"),
    [("numbering", "key=value"), ("numbering=red", "positional"), ("colour=red", "numbering")],
)
def test_options_are_refused_with_what_can_be_chosen(staffed: Installation, chosen: str, said: str) -> None:
    done = staffed.run("office", "set", "430200", chosen)

    assert done.returncode == 1
    assert said in done.stderr


def test_nobody_heads_a_department_of_another_office(installation: Installation) -> None:
    installation.says("office", "add", "430200", "株洲市人民检察院")
    installation.says("office", "add", "441300", "惠州市人民检察院")
    stranger = installation.says("officer", "add", "441300", "赵六", "--role", "DEPARTMENT_HEAD")

    department = installation.says("department", "add", "430200", "公诉处")

    done = installation.run("department", "set", department, "--head", stranger)

    assert done.returncode == 1
    assert stranger in done.stderr


def test_who_leaves_hands_over(installation: Installation) -> None:
    installation.says("office", "add", "430200", "株洲市人民检察院")
    department = installation.says("department", "add", "430200", "公诉处")
    added = ("officer", "add", "430200")
    head, successor, elsewhere = [
        installation.says(*added, name, "--role", "DEPARTMENT_HEAD", *place)
        for name, place in (("甲", ("--department", department)), ("乙", ("--department", department)), ("丙", ()))
    ]
    installation.says("department", "set", department, "--head", head)

    refused = [installation.run("officer", "retire", head, *more) for more in ((), ("--hand-over-to", elsewhere))]
    shown = installation.says("office", "show", "430200")
    handed = installation.says("officer", "retire", head, "--hand-over-to", successor)
    left = installation.says("officer", "retire", successor, "--leave")

    assert [done.returncode for done in refused] == [1, 1]
    assert "head of department '公诉处'" in refused[0].stderr
    assert "is not of department '公诉处'" in refused[1].stderr
    assert "(retired)" not in shown
    assert "handed over: head of department '公诉处'" in handed
    assert "left behind: head of department '公诉处'" in left


def test_a_correction_lets_nobody_in_again(installation: Installation) -> None:
    installation.says("office", "add", "430200", "株洲市人民检察院")
    officer = installation.says("officer", "add", "430200", "王小明", "--role", "CASE_HANDLER")
    installation.says("officer", "retire", officer)

    installation.says("officer", "set", officer, "--name", "王晓明", "--role", "CASE_MANAGER")
    corrected = installation.says("office", "show", "430200")
    refused = installation.run("token", "--officer", officer)
    installation.says("officer", "reinstate", officer)

    assert f"{officer}  王晓明 (retired)  CASE_MANAGER" in corrected
    assert refused.returncode == 1
    assert f"{officer}  王晓明  CASE_MANAGER" in installation.says("office", "show", "430200")
    assert installation.says("token", "--officer", officer).count(".") == 2


def test_departments_without_reviewers_are_named(installation: Installation) -> None:
    installation.says("office", "add", "430200", "株洲市人民检察院")
    installation.says("department", "add", "430200", "公诉处")
    installation.says("department", "add", "430200", "院领导", "--function", "LEADERSHIP")

    alone = installation.says("office", "show", "430200")
    installation.says("officer", "add", "430200", "检察长", "--role", "CHIEF_PROCURATOR")
    led = installation.says("office", "show", "430200")

    said = "note: department '公诉处' has no active department head and no leader in charge; "
    assert [line for line in alone.splitlines() if line.startswith("note")] == [f"{said}nobody stands in"]
    assert [line for line in led.splitlines() if line.startswith("note")] == [f"{said}the tiers above review instead"]


# ------------------------------------------------------------------------------------------------ plugins


def test_installed_plugins_are_listed_and_sound(installation: Installation) -> None:
    shown = installation.says("plugins", "--check", "--strict")

    for name, jurisdiction in (("shandong", "370000"), ("zhuzhou", "430200"), ("huizhou", "441300")):
        assert f"caserisk-{name}" in shown
        assert jurisdiction in shown
    assert "nothing is wrong" in shown


def test_check_names_every_kind_of_bad_hook(installation: Installation) -> None:
    bad = {
        "stuck_in_c": ("520100", 're.match(r"(a+)+$", "a" * 60 + "b")', "no answer within 3 s"),
        "endless": ("520200", "while True: pass", "no answer within 3 s"),
        "slow": ("520700", SLOW, ""),  # out of its processor's time, or on a busy machine of the wall's
        "raising": ("520300", "raise KeyError(facts.office)", "KeyError: '520300'"),
        "leaving": ("520400", "sys.exit()", "SystemExit"),
        "crashing": ("520500", "import os; os.abort()", "ended its process"),
        "mistyped": ("520600", "return 5", "caserisk_gates for 520600"),
    }
    for name, (code, body, _) in bad.items():
        installation.install(name, code, HOOK.format(body=body))

    done = installation.run("plugins", "--check")

    assert done.returncode == 1
    for name, (code, _, said) in bad.items():
        (line,) = [line for line in done.stderr.splitlines() if f"'{name}'" in line]
        assert f"caserisk_gates for {code}" in line
        assert said in line
    assert "zhuzhou" not in done.stderr


def test_strict_server_refuses_a_bad_plugin(installation: Installation) -> None:
    installation.install("unreadable", "520100", "raise ImportError('no such sheet')")

    listed = installation.run("plugins")
    strict = installation.run("plugins", "--strict")
    served = installation.run("serve", "--strict", "--port", "0", CASERISK_LOG_LEVEL="critical")

    assert listed.returncode == 0
    assert "no such sheet" in listed.stdout
    assert strict.returncode == 1
    assert served.returncode == 1
    assert served.stdout == ""
    assert "'unreadable' 1.0 is faulty: cannot be imported: ImportError: no such sheet" in served.stderr


def test_gates_follow_an_installed_plugin_when_applied(installation: Installation) -> None:
    installation.says("office", "add", "110000", "北京市人民检察院")
    file = installation.folder / "cases.csv"
    file.write_text(CASES, encoding="utf-8")
    installation.says("import", str(file))

    installation.install("beijing", "110000", HOOK.format(body=CLOSED))
    first = installation.says("plugins", "apply")
    again = installation.says("plugins", "apply")

    assert first == "1 cases changed; 0 were refused"
    assert again == "0 cases changed; 0 were refused"


def test_cases_of_a_failing_plugin_are_named_when_applied(installation: Installation) -> None:
    installation.says("office", "add", "110000", "北京市人民检察院")
    file = installation.folder / "cases.csv"
    file.write_text(CASES, encoding="utf-8")
    installation.says("import", str(file))

    installation.install("beijing", "110000", HOOK.format(body="raise KeyError('x')"))
    done = installation.run("plugins", "apply")

    assert done.returncode == 1
    assert done.stdout.strip() == "0 cases changed; 1 were refused"
    assert "case case_" in done.stderr
    assert "'beijing'" in done.stderr


def test_a_plugin_that_is_gone_opens_nothing_until_it_is_retired(installation: Installation) -> None:
    case_of_beijing(installation, body=CLOSED)
    shutil.rmtree(installation.plugins / "beijing-1.0.dist-info")

    listed = installation.run("plugins", "--strict")
    served = installation.run("serve", "--strict", "--port", "0", CASERISK_LOG_LEVEL="critical")
    applied = installation.run("plugins", "apply")

    assert (listed.returncode, served.returncode, applied.returncode) == (1, 1, 1)
    assert "beijing" in listed.stdout
    assert "plugin 'beijing'" in served.stderr
    assert "caserisk plugins retire beijing" in served.stderr
    assert applied.stdout.strip() == "0 cases changed; 1 were refused"
    assert "regulation: beijing (gone), caserisk" in installation.says("office", "show", "110000")

    retired = installation.says("plugins", "retire", "beijing")

    assert retired.startswith("plugin 'beijing' is retired; it decided for 110000.")
    assert installation.run("plugins", "--strict").returncode == 0
    assert installation.says("plugins", "apply") == "1 cases changed; 0 were refused"


def test_an_installed_plugin_is_not_retired(installation: Installation) -> None:
    case_of_beijing(installation, body=CLOSED)

    installed = installation.run("plugins", "retire", "beijing")
    unknown = installation.run("plugins", "retire", "unheard-of")

    assert (installed.returncode, unknown.returncode) == (1, 1)
    assert "uninstall it first" in installed.stderr
    assert "'unheard-of'" in unknown.stderr


def test_a_plugin_that_changed_under_its_version_is_named(installation: Installation) -> None:
    case_of_beijing(installation, body=CLOSED)
    installation.install("beijing", "110000", HOOK.format(body="return []"))

    checked = installation.says("plugins", "--check")

    assert "another content of edition 1" in " ".join(checked.split())


def case_of_beijing(installation: Installation, *, body: str) -> None:
    """Import a case that a plugin of Beijing decides on."""
    installation.install("beijing", "110000", HOOK.format(body=body))
    installation.says("office", "add", "110000", "北京市人民检察院")
    file = installation.folder / "cases.csv"
    file.write_text(CASES, encoding="utf-8")
    installation.says("import", str(file))


# ------------------------------------------------------------------------------------------------ data


def test_bad_rows_are_named_and_nothing_is_imported(installation: Installation) -> None:
    installation.says("office", "add", "110000", "北京市人民检察院")
    file = installation.folder / "cases.csv"
    file.write_text(CASES + "京检〔2026〕2号,李某盗窃案,盗窃,999999\n", encoding="utf-8")

    refused = installation.run("import", str(file))
    skipped = installation.run("import", str(file), "--skip-bad")
    again = installation.run("import", str(file), "--skip-bad")

    assert refused.returncode == 1
    assert "line 3, 检察院, '999999'" in refused.stderr
    assert refused.stdout.startswith("0 cases imported")
    assert skipped.returncode == 0
    assert skipped.stdout.startswith("1 cases imported; 0 were there already; 1 rows are bad")
    assert again.stdout.startswith("0 cases imported; 1 were there already; 1 rows are bad")


def test_demonstration_data_never_meets_other_data(staffed: Installation) -> None:
    refused = staffed.run("demo")
    left = staffed.says("demo", "--if-empty")

    assert refused.returncode == 1
    assert "empty" in refused.stderr
    assert left == "the database is in use; nothing was changed"


def test_schema_is_utf8_whatever_the_terminal_speaks(installation: Installation) -> None:
    env = installation.env | {"PYTHONIOENCODING": "gb18030"}

    printed = subprocess.run([CASERISK, "schema"], env=env, capture_output=True, check=True, timeout=60).stdout

    assert "签收预警" in printed.decode("utf-8")


# ------------------------------------------------------------------------------------------------ what goes on


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("arguments", [("serve", "--port", "0"), ("worker",)])
def test_what_runs_ends_quietly_when_told(
    installation: Installation, arguments: tuple[str, ...], number: signal.Signals
) -> None:
    with installation.started(*arguments) as process:
        process.send_signal(number)
        _, complaints = process.communicate(timeout=30)

    assert process.returncode == 0
    assert complaints == ""


def test_address_that_is_taken_is_told_before_anything_is_made(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        done = installation.run("serve", "--port", port)

    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (installation.folder / "data").exists()
