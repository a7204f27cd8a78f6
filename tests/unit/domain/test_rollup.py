"""A leaf computed from what the dossiers below were given: from the publication of their round on."""

from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import (
    CLOSES,
    OPENS,
    Saying,
    cancelled,
    excluded,
    extended,
    filed,
    opened,
    penalty,
    published,
    released,
    reopened,
    results,
    scored,
)
from tests.unit.domain.scene import PLAIN, TREE, Scene, read_again

MEAN = {"kind": "rollup", "leaf": "2.1", "of": "mean"}
SHARE = {"kind": "rollup", "leaf": "2.1", "of": "share", "from": "0.8"}
ABOVE = rubric(leaf("1.1", "3", MEAN), leaf("1.2", "1", SHARE), id_="tinh")
BELOW = opened("qt/a", "qt/a/x", "qt/a/y", rubrics={"commune": "bo"})
WINDOWS = ("filing", "appraisal", "disputes")


def in_x(saying: Saying) -> Saying:
    return saying.on("qt/a/x@2023").by("qt/a")


def in_y(saying: Saying) -> Saying:
    return saying.on("qt/a/y@2023").by("qt/a")


def below(*sayings: Saying) -> list[Saying]:
    return [saying.on("qt/a@2023").by("qt/a") for saying in sayings]


CLOSED = below(released(), *(extended(name, OPENS) for name in WINDOWS))
SCORED = [
    *(where(scored(code)) for where in (in_x, in_y) for code in ("1.1", "1.2")),
    in_x(scored("2.1", "2")),
    in_y(scored("2.1", "0.5")),
]
PUBLISHED = [*SCORED, *CLOSED, *below(results())]


def both_rounds(*first: Saying) -> Scene:
    rubrics = [published(PLAIN), published(ABOVE)]
    return Scene().given(*TREE, *rubrics, *first, opened(rubrics={"district": "tinh"}))


def computed(begun: Scene) -> tuple[str | None, str | None]:
    return begun.computed("1.1"), begun.computed("1.2")


def test_nothing_is_computed_before_the_round_below_is_published() -> None:
    assert computed(both_rounds()) == (None, None)
    assert computed(both_rounds(BELOW)) == (None, None)
    assert computed(both_rounds(BELOW, *SCORED, *CLOSED)) == (None, None)
    assert computed(both_rounds(BELOW, *SCORED, *below(cancelled()))) == (None, None)


def test_the_mean_of_what_was_given_and_the_share_of_those_who_reach_a_mark() -> None:
    begun = both_rounds(BELOW).given(*PUBLISHED)
    assert computed(begun) == ("1.88", "0.5")
    assert begun.touched.codes["qt/a", "2023"] == {"1.1", "1.2"}
    assert read_again(begun.events) == begun.root


def test_a_dossier_that_is_opened_later_finds_what_was_published() -> None:
    assert computed(both_rounds(BELOW, *PUBLISHED)) == ("1.88", "0.5")


def test_a_round_that_is_opened_later_is_found_too() -> None:
    assert computed(both_rounds().given(BELOW, *PUBLISHED)) == ("1.88", "0.5")


def test_another_authoritys_round_and_another_rounds_id_count_for_nothing() -> None:
    begun = both_rounds(BELOW).given(*PUBLISHED)
    dossier = begun.dossier("qt/b")
    assert dossier.below is None
    begun.given(opened(rubrics={"district": "tinh"}, round="2024").on("qt@2024"))
    assert begun.dossier("qt/a", "2024").below is None


def test_only_what_counts_is_rolled_up_and_penalties_change_nothing_of_it() -> None:
    with_less = [in_x(penalty("2", "2.1")), in_y(excluded("2.1"))]
    begun = both_rounds(BELOW).given(*SCORED, *with_less, *CLOSED, *below(results()))
    assert computed(begun) == ("3", "1")


def test_where_it_counted_for_nobody_nothing_is_computed() -> None:
    out = [in_x(excluded("2.1")), in_y(excluded("2.1"))]
    assert computed(both_rounds(BELOW).given(*SCORED, *out, *CLOSED, *below(results()))) == (None, None)


def test_after_a_reopening_the_latest_publication_counts_until_the_next() -> None:
    begun = both_rounds(BELOW).given(*PUBLISHED)
    begun.given(*below(reopened(), extended("appraisal", CLOSES)), in_y(scored("2.1", "2")))
    assert computed(begun) == ("1.88", "0.5")
    begun.given(*below(extended("appraisal", OPENS), results(number="216/QĐ-UBND")))
    assert computed(begun) == ("3", "1")


def test_the_council_gives_what_is_rolled_up_or_says_why_not() -> None:
    begun = both_rounds(BELOW).given(*PUBLISHED)
    begun.when(scored("1.1", "2")).then("reason-needed", "/data/reason")
    begun.when(scored("1.1", "2", reason="theo biên bản")).then(None)
    begun.when(scored("1.1", "1.875")).then(None)
    assert begun.support("1.1") == "ROUNDING"
    begun.when(scored("1.1", "1.88")).then(None)
    assert begun.support("1.1") == "SUPPORTED"


def test_nobody_brings_figures_for_it() -> None:
    begun = both_rounds(BELOW)
    begun.when(scored("1.1", "2", {"percent": "50"})).then("against-rubric")
    begun.when(filed("1.1", "2", {"percent": "50"})).then("against-rubric")
