"""「2008年4月,省院制定下发了《关于在全省检察机关建立涉检信访风险评估预警制度的意见》」

The text gives the month: the edition is in force from its first day, in the time zone of the offices.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import ErrorCode, Role
from caserisk.regulation.layers import Regulation
from tests.support.api import Api
from tests.support.regions import at
from tests.support.world import SHANDONG, StaffedOffice, all_regions

IN_FORCE = """query ($day: Date) { regulation(office: "370000", on: $day) { edition layers { name } } }"""


def edition(moment: datetime, office: str = SHANDONG) -> str:
    """Return the edition in force for an office at a moment."""
    return Regulation(all_regions(), office, moment, {}).edition


@pytest.mark.parametrize("office", ["370000", "370685"])
def test_nothing_is_regulated_before_april_2008(office: str) -> None:
    with pytest.raises(Refused) as refused:
        edition(at("2008-03-31", "23:59:59"), office)

    assert refused.value.problems[0].code is ErrorCode.NO_REGULATION


@pytest.mark.parametrize("office", ["370000", "370685"])
def test_the_edition_of_2008_begins_with_april(office: str) -> None:
    assert edition(at("2008-04-01", "00:00:00"), office) == "2008"


async def test_the_first_day_is_seen_in_a_query(api: Api, shandong: StaffedOffice) -> None:
    client = api.of(shandong, Role.CASE_HANDLER)

    assert await client.ask(IN_FORCE, day="2008-03-31") == {"regulation": None}
    assert await client.ask(IN_FORCE, day="2008-04-01") == {
        "regulation": {"edition": "2008", "layers": [{"name": "caserisk-shandong"}, {"name": "baseline"}]}
    }
