"""Exports where more than one level, or a changed tree, decides a dossier."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Servers
from shared.audit.fault import AuditFault
from shared.audit.file import Content, write
from shared.audit.replay import score_of
from shared.audit.verify import Verdict, verify
from shared.domain.computed import exact_computed
from tests.integration.audit.conftest import Published, close_and_publish
from tests.province import OPEN, RUBRIC, province_on

ABOVE: dict[str, Any] = {
    **RUBRIC,
    "id": "tinh",
    "areas": [
        {
            "code": "1",
            "name": "Cấp dưới",
            "criteria": [
                {
                    "code": "1.1",
                    "name": "Cấp xã",
                    "max": "3",
                    "rule": {"kind": "rollup", "leaf": "2.1", "of": "mean"},
                },
                {"code": "1.2", "name": "Cấp huyện", "max": "1", "rule": {"kind": "judgement"}},
            ],
        }
    ],
}


@pytest.fixture
async def levels(
    servers: Servers, add_root: Callable[[Servers], Awaitable[str]], tmp_path: Path
) -> AsyncIterator[Published]:
    """The district appraises its communes, and is appraised by the province in a round of the same id."""
    root = await add_root(servers)
    district = f"{root}/huyen"
    async with province_on(servers, root) as province:
        await province.open()
        await province.say("RubricPublished", root, root, rubric=ABOVE)
        await province.say(
            "RoundOpened", root, f"{root}@2023", round="2023", name="Năm 2023", kind="annual",
            period={"from": "2023-01-01", "to": "2023-12-31"}, rubrics={"district": "tinh"}, units=[district],
            filing=OPEN, appraisal=OPEN, disputes=OPEN,
        )  # fmt: skip
        await province.say("SubmissionFiled", district, f"{district}@2023", leaf="1.2", self_points="1")
        for commune in ("xa-1", "xa-2"):
            await province.play(commune)
        await province.say(
            "ScoreAppraised", root, f"{district}@2023", leaf="1.2", points="0.5", opinion="chưa đủ"
        )
        await close_and_publish(province)
        yield Published(servers, province, tmp_path / "tlog")


def held(published: Published, content: Content) -> Verdict:
    """The verdict, whose result is that of the whole ledger's fold."""
    verdict = verify(write(content), published.key)
    dossier = published.province.state.dossiers[content.unit, content.round]
    assert verdict.replayed.score == score_of(dossier)
    assert verdict.replayed.dossier.status == dossier.status
    for leaf in dossier.rubric.leaves.values():
        replayed = exact_computed(verdict.replayed.dossier, leaf, None)
        assert replayed == exact_computed(dossier, leaf, None)
    return verdict


async def test_the_round_of_an_authority_that_is_appraised_itself_brings_that_round_along(
    levels: Published,
) -> None:
    content = await levels.exported()
    assert f"{levels.root}@2023" in content.streams
    assert f"{levels.district}/xa-2@2023" not in content.streams
    [publication] = held(levels, content).replayed.publications
    assert publication.standing is not None


async def test_a_leaf_that_is_rolled_up_brings_the_dossiers_below_along(levels: Published) -> None:
    content = await levels.exported(unit=levels.district)
    assert {f"{levels.district}/{commune}@2023" for commune in ("xa-1", "xa-2")} <= content.streams.keys()
    verdict = held(levels, content)
    leaf = verdict.replayed.dossier.rubric.leaves["1.1"]
    assert exact_computed(verdict.replayed.dossier, leaf, None) == 1.5
    assert verdict.replayed.publications == ()


async def test_without_a_dossier_below_the_replay_does_not_hold(levels: Published) -> None:
    content = await levels.exported(unit=levels.district)
    stream = f"{levels.district}/xa-2@2023"
    events = [event for event in content.events if f'"subject":"{stream}"' not in event.body]
    streams = {name: version for name, version in content.streams.items() if name != stream}
    changed = Content(
        content.root, content.unit, content.round, content.key, content.checkpoint, streams, events
    )
    with pytest.raises(AuditFault, match=f"the stream {stream} is missing"):
        verify(write(changed), levels.key)


async def test_a_unit_that_left_with_a_change_of_the_tree_keeps_its_proof(levels: Published) -> None:
    province, district = levels.province, levels.district
    await province.say("RoundReopened", district, f"{district}@2023", reason="sắp xếp đơn vị")
    await province.say(
        "UnitsReorganised",
        levels.root,
        levels.root,
        **{"from": [f"{district}/xa-1", f"{district}/xa-2"]},
        into=[{"unit": f"{district}/xa-3", "name": "Xã 3", "kind": "commune"}],
        heirs={f"{district}/xa-1": f"{district}/xa-3", f"{district}/xa-2": f"{district}/xa-3"},
        effective="2024-06-01",
        basis="NQ 1/NQ-HĐND",
    )
    verdict = held(levels, await levels.exported())
    assert verdict.replayed.dossier.left
    assert levels.root in verdict.content.streams


async def test_a_district_that_ended_leaves_its_rounds_provable(levels: Published) -> None:
    province, root = levels.province, levels.root
    await province.say(
        "UnitsReorganised",
        root,
        root,
        **{"from": [levels.district]},
        into=[{"unit": f"{root}/quan", "name": "Quận", "kind": "district"}],
        heirs={levels.district: f"{root}/quan"},
        effective="2024-06-01",
        basis="NQ 2/NQ-HĐND",
    )
    held(levels, await levels.exported())
    held(levels, await levels.exported(unit=levels.district))
