"""Where a regulation leaves a choice, an office chooses; what it does not choose is the default."""

from __future__ import annotations

import pytest

from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import ErrorCode
from caserisk.plugin import Facts, Gate, GatedAct, Option, Text
from caserisk.regulation import hooks
from tests.core.regulation.made_up import CITY, COUNTY, NOW, REASON, beside_the_others, region, regulation
from tests.support.world import World

STRICT = Option(key="strict", label=Text("从严", "strict"), default="no", choices=("no", "yes"), reasons=(REASON,))


def gates(facts: Facts) -> list[Gate]:
    """State a gate that an office may close."""
    return [Gate(act=GatedAct.NEXT_STAGE, open=facts.options["strict"] == "no", reasons=(REASON,))]


REGION = region(CITY, options=(STRICT,), gates=gates)


def goes_on(office: str = CITY, **chosen: str) -> bool:
    """Tell whether a case of an office that chose so may enter its next stage."""
    asked = regulation(beside_the_others(REGION), office, at=NOW, **chosen)
    return next(gate.open for gate in asked.ask(hooks.caserisk_gates, asked.facts()) if gate.act is GatedAct.NEXT_STAGE)


def test_an_option_is_its_default_until_chosen() -> None:
    assert goes_on()
    assert not goes_on(strict="yes")


def test_a_choice_no_longer_offered_is_the_default() -> None:
    assert goes_on(strict="very")


def test_options_of_all_layers_are_offered_together() -> None:
    county = regulation(beside_the_others(REGION), COUNTY)

    assert {key: layer.plugin.name for key, (_, layer) in county.options.items()} == {
        "strict": "made-up",
        "online_gate": "caserisk-shandong",
    }
    assert dict(county.option_values) == {"strict": "no", "online_gate": "off"}


def test_the_nearest_says_what_an_option_of_two_is() -> None:
    nearer = Option(key="online_gate", label=STRICT.label, default="on", choices=("on",), reasons=(REASON,))
    city = regulation(beside_the_others(region(CITY, options=(nearer,), gates=lambda: ())))

    assert city.option_values["online_gate"] == "on"


def test_no_hook_changes_an_option_for_another() -> None:
    def forget(facts: Facts) -> list[Gate]:
        facts.options["online_gate"] = "on"  # type: ignore[index]
        return []

    city = regulation(beside_the_others(region(CITY, gates=forget)))

    with pytest.raises(Refused, match="it failed"):
        city.ask(hooks.caserisk_gates, city.facts())


# ------------------------------------------------------------------------------------------------ choosing


async def test_an_office_chooses_for_those_below_it(database: str) -> None:
    async with World(database, registry=beside_the_others(REGION)) as world:
        await world.office(CITY)
        county = await world.office(COUNTY)
        await world.registrar.option(CITY, "strict", "yes")
        case = await world.open_case(county)

        loaded = await world.store.load(case, ())

        assert loaded is not None
        assert loaded.file is not None
        assert {gate.act for gate in loaded.file.case.gates if not gate.open} >= {GatedAct.NEXT_STAGE}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("strict", "very", "没有「strict」的可选值「very」;可用:no、yes"),
        ("lenient", "yes", "没有选项「lenient」;可用:strict、online_gate"),
    ],
)
async def test_what_is_not_offered_cannot_be_chosen(database: str, key: str, value: str, said: str) -> None:
    async with World(database, registry=beside_the_others(REGION)) as world:
        await world.office(CITY)

        with pytest.raises(Refused) as refused:
            await world.registrar.option(CITY, key, value)

        assert refused.value.problems[0].code is ErrorCode.INVALID
        assert said in refused.value.problems[0].message_for(str).zh
        assert await world.store.options(CITY) == {}
