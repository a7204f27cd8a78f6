"""The emissions of the example: the same each time but for ids and windows, each one in its shape."""

import json
from datetime import UTC, datetime
from typing import Any

from deploy.local.demo.case import Step, read_case, steps_of
from deploy.local.demo.command import EXAMPLE
from shared.codec.catalogue import CATALOGUE
from shared.codec.shapes import decode_data

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def steps(now: datetime = NOW) -> list[Step]:
    return steps_of(read_case(EXAMPLE), now)


def envelopes(now: datetime = NOW) -> list[dict[str, Any]]:
    return [json.loads(emission.payload) for step in steps(now) for emission in step.emissions]


def test_the_same_folder_gives_the_same_emissions_but_for_their_ids() -> None:
    assert [one | {"id": ""} for one in envelopes()] == [one | {"id": ""} for one in envelopes()]
    ids = [one["id"] for one in envelopes()]
    assert len(set(ids)) == len(ids)


def test_windows_alone_follow_the_clock() -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    differ = {a["type"] for a, b in zip(envelopes(), envelopes(later), strict=True) if a["data"] != b["data"]}
    assert differ == {"RoundOpened"}


def test_everything_is_dated_2023() -> None:
    assert {one["time"][:4] for one in envelopes()} == {"2023"}


def test_every_emission_has_its_shape_and_is_sent_by_a_role_that_may() -> None:
    for step in steps():
        for emission in step.emissions:
            envelope = json.loads(emission.payload)
            decode_data(emission.type, 1, json.dumps(envelope["data"]).encode())
            assert envelope["source"] == step.tenant
            assert CATALOGUE[emission.type].roles & set(step.roles)


def test_the_figures_of_one_dossier_are_the_units_and_of_the_other_the_councils() -> None:
    bearers = {(one["subject"], one["type"]) for one in envelopes() if "figures" in one["data"]}
    assert bearers == {
        ("qt/dong-ha@2023", "SubmissionFiled"),
        ("qt/vinh-linh@2023-h1", "ScoreAppraised"),
    }


def test_the_root_is_registered_first_and_released_last() -> None:
    first, *_, last = envelopes()
    assert (first["type"], first["subject"]) == ("UnitRegistered", "qt")
    assert last["type"] == "AppraisalReleased"
