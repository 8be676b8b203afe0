"""A clerk who knows the contract alone asks the API what comes next, and of whom, until the warning is archived."""

from __future__ import annotations

from typing import Any

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api, Client
from tests.support.world import HUIZHOU, SHANDONG, ZHUZHOU, StaffedOffice, World

REGULATION = """
query ($office: String!) {
  regulation(office: $office) {
    scheme { levels { code rank } }
    factors { key kind required options { value } }
    closingConditions { key }
    planSections(kind: CONTINGENCY) { key }
    schemeSections: planSections(kind: SCHEME) { key }
    measures { key }
  }
}
"""

CASE = """
query ($id: ID!) {
  node(id: $id) {
    ... on Case {
      closedAt
      nextStages { key }
      gates { act open }
      currentAssessment { id status nextReview { role decidesLevel } pendingIssue { roles automatic } }
      warnings(first: 5) { nodes { id status nextActs { act roles } supervisions { id kind status } } }
    }
  }
}
"""


class Clerk:
    """Somebody who does in a case whatever the API names next, as an officer of a role that it names."""

    def __init__(self, api: Api, office: StaffedOffice, rules: Answer) -> None:
        self.api, self.office, self.rules = api, office, rules
        self.case = ""

    def of(self, role: str) -> Client:
        """Return the API as an officer of a role sees it."""
        return self.api.of(self.office, Role[role])

    async def look(self) -> Answer:
        """Return the case as the chief procurator sees it."""
        found: Answer = (await self.of("CHIEF_PROCURATOR").ask(CASE, id=self.case))["node"]
        return found

    async def open(self) -> None:
        """Open a case as a handler who names nobody."""
        number = f"检公诉〔2026〕{self.office.code}号"
        given = {"number": number, "title": "故意伤害案", "cause": "故意伤害", "office": self.office.code}
        self.case = (await self.of("CASE_HANDLER").do("openCase", **given))["case"]["id"]

    async def assess(self, level: str) -> None:
        """Fill in every required factor, write every section of the plan, and propose a level."""
        answers = [{"factor": item["key"], "value": "未发现"} for item in self.rules["factors"] if item["required"]]
        sections = [{"key": item["key"], "text": "内容"} for item in self.rules["planSections"]]
        await self.of("CASE_HANDLER").do(
            "submitAssessment",
            case=self.case,
            hasRisk=True,
            answers=answers,
            proposedLevel=level,
            plan={"sections": sections},
        )

    async def review(self) -> None:
        """Have whoever's turn it is approve, until nobody's is."""
        while step := (assessment := (await self.look())["currentAssessment"])["nextReview"]:
            given = {"assessment": assessment["id"], "verdict": "APPROVED"}
            await self.of(step["role"]).do("reviewAssessment", **given)

    async def issue(self) -> None:
        """Have the warning issued by whom the API names, where it was not issued by itself."""
        pending = (await self.look())["currentAssessment"]["pendingIssue"]
        if pending:
            await self.of(pending["roles"][0]).do("issueWarning", case=self.case)

    async def advance(self) -> None:
        """Go through all stages, and conclude the case."""
        while stages := (await self.look())["nextStages"]:
            await self.of("CASE_HANDLER").do("advanceCase", case=self.case, toStage=stages[0]["key"])
        assert all(gate["open"] for gate in (await self.look())["gates"])
        await self.of("CASE_HANDLER").do("recordAct", case=self.case, act="CONCLUSION", description="办结")

    async def close(self) -> list[str]:
        """Do the next act of the warning's way to the archive, until there is none; return what was done."""
        done: list[str] = []
        way = ("ACKNOWLEDGE", "ADOPT_PLAN", "RECORD_DISPOSITION", "RESOLVE", "FILE", "ARCHIVE")
        while acts := await self._open_acts():
            act = next(act for act in way if act in acts and (act not in done))
            warning = (await self.look())["warnings"]["nodes"][0]["id"]
            mutation, input = self._mutation(act)
            await self.of(acts[act]).do(mutation, warning=warning, **input)
            done.append(act)
        return done

    async def _open_acts(self) -> dict[str, str]:
        """Return the acts that can be done next, each with the first role that may."""
        [warning] = (await self.look())["warnings"]["nodes"]
        side = {"LIFT", "SUPERVISE", "RECORD_DELIVERY"}
        return {item["act"]: item["roles"][0] for item in warning["nextActs"] if item["act"] not in side}

    def _mutation(self, act: str) -> tuple[str, dict[str, Any]]:
        scheme = {"sections": [{"key": item["key"], "text": "内容"} for item in self.rules["schemeSections"]]}
        attested = [{"key": item["key"]} for item in self.rules["closingConditions"]]
        measure = self.rules["measures"][0]["key"]
        return {
            "ACKNOWLEDGE": ("acknowledgeWarning", {}),
            "ADOPT_PLAN": ("adoptPlan", {"plan": scheme}),
            "RECORD_DISPOSITION": (
                "recordDisposition",
                {"case": self.case, "measure": measure, "description": "释法说理"},
            ),
            "RESOLVE": ("resolveWarning", {"outcome": "SETTLED", "attestations": attested}),
            "FILE": ("fileWarning", {"report": "结案报告"}),
            "ARCHIVE": ("archiveWarning", {}),
        }[act]


@pytest.fixture
async def clerks(world: World) -> dict[str, Clerk]:
    """Provide a clerk in an office of each region."""
    api, clerks = Api(world), {}
    for code in (SHANDONG, ZHUZHOU, HUIZHOU):
        office = await world.office(code)
        rules = (await api.of(office, Role.CASE_HANDLER).ask(REGULATION, office=code))["regulation"]
        clerks[code] = Clerk(api, office, rules)
    return clerks


@pytest.mark.parametrize("gravest", [True, False], ids=["gravest", "mildest"])
@pytest.mark.parametrize("code", [SHANDONG, ZHUZHOU, HUIZHOU])
async def test_who_asks_what_comes_next_gets_to_the_archive(clerks: dict[str, Clerk], code: str, gravest: bool) -> None:
    clerk = clerks[code]
    levels = sorted(clerk.rules["scheme"]["levels"], key=lambda level: int(level["rank"]), reverse=gravest)

    await clerk.open()
    await clerk.assess(levels[0]["code"])
    await clerk.review()
    await clerk.issue()
    await clerk.advance()
    done = await clerk.close()

    [warning] = (await clerk.look())["warnings"]["nodes"]
    assert warning["status"] == "ARCHIVED"
    assert done[-3:] == ["RESOLVE", "FILE", "ARCHIVE"]
