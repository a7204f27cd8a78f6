"""What would come of a dossier; nothing is recorded."""

from collections.abc import Sequence

import pytest

from shared.codec.faults import Faulty
from shared.codec.figures import Figures
from shared.domain.what_if import Imagined, Instead, imagine
from tests.unit.domain.rubrics import RATE, leaf, rubric
from tests.unit.domain.sayings import filed, lifted, penalty, scored
from tests.unit.domain.scene import Scene, scene

KEY = ("qt/a", "2023")
SHEET = rubric(leaf("1.1", "2", RATE), leaf("1.2", "1", {"kind": "judgement", "step": "0.5"}), leaf("2.1"))
HALF = {"numerator": 1, "denominator": 2}


def played() -> Scene:
    return scene(SHEET).given(
        filed("1.1", "1", HALF), scored("1.1", "1"), scored("1.2", "0.5"), penalty("0.5"), lifted()
    )


def id_of(scene_: Scene, type_: str) -> str:
    return next(event.event_id for event in scene_.events if event.name == type_)


def what_if(scene_: Scene, *without: str, instead: Sequence[Instead] = (), own: bool = False) -> Imagined:
    return imagine(KEY, "qt", scene_.events, without, instead, own=own)


def index_of(imagined: Imagined) -> int | None:
    return imagined.trail.steps[-1].after.index


def test_without_changes_it_is_what_it_is() -> None:
    scene_ = played()
    imagined = what_if(scene_)
    assert imagined.trail.steps[-1].after == scene_.score()
    assert imagined.fallen == ()


def test_without_an_event_what_rests_on_it_falls_away_too() -> None:
    scene_ = played()
    imagined = what_if(scene_, id_of(scene_, "PenaltyApplied"))
    assert imagined.fallen == (scene_.root.position,)
    assert index_of(imagined) == scene_.score().index
    standing = what_if(scene_, id_of(scene_, "PenaltyLifted"))
    assert (index_of(standing), standing.fallen) == (33_330_000, ())


def test_other_points_are_the_councils() -> None:
    imagined = what_if(played(), instead=[Instead("1.1", points="2")])
    assert index_of(imagined) == 83_330_000
    assert [step.code for step in imagined.trail.steps[-1].leaves] == ["1.1"]


def test_other_figures_give_what_the_rule_gives_for_them() -> None:
    figures = Figures(numerator="2", denominator="3")
    imagined = what_if(played(), instead=[Instead("1.1", figures=figures)])
    dossier = imagined.trail.dossier
    assert dossier is not None
    assert (dossier.leaf("1.1").appraised, dossier.leaf("1.1").council_figures) == (1330, figures)


def test_before_the_release_a_unit_imagines_other_claims_and_learns_nothing_of_the_council() -> None:
    scene_ = played()
    imagined = what_if(scene_, instead=[Instead("1.1", points="1.5")], own=True)
    assert index_of(imagined) is None
    assert imagined.trail.steps[-1].after.self_index == 75_000_000
    with pytest.raises(Faulty) as told:
        what_if(scene_, id_of(scene_, "ScoreAppraised"), own=True)
    assert told.value.faults[0].pointer == "/without/0"


@pytest.mark.parametrize(
    ("instead", "pointer"),
    [
        (Instead("9.9", points="1"), "/instead/0/leaf"),
        (Instead("1.1", points="2.1"), "/instead/0/points"),
        (Instead("1.1", points="1e1"), "/instead/0/points"),
        (Instead("1.2", points="0.4"), "/instead/0/points"),
        (Instead("1.1", figures=Figures(numerator="1", denominator="0")), "/instead/0/figures/denominator"),
        (Instead("1.2", figures=Figures()), "/instead/0/figures"),
    ],
)
def test_what_does_not_fit_is_said(instead: Instead, pointer: str) -> None:
    with pytest.raises(Faulty) as told:
        what_if(played(), instead=[instead])
    [fault] = told.value.faults
    assert fault.pointer == pointer
    assert fault.vi != fault.en


def test_an_event_of_another_stream_cannot_be_left_out() -> None:
    scene_ = played()
    with pytest.raises(Faulty):
        what_if(scene_, id_of(scene_, "RoundOpened"))


def test_the_events_stay_as_they_were() -> None:
    scene_ = played()
    before = list(scene_.events)
    what_if(scene_, id_of(scene_, "PenaltyApplied"), instead=[Instead("1.1", points="2")])
    assert scene_.events == before
