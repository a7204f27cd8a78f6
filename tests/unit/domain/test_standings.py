"""Who comes where."""

from dataclasses import dataclass

from hypothesis import given, strategies

from shared.domain.standings import standings


@dataclass(frozen=True)
class Someone:
    """An entrant."""

    unit: str
    kind: str
    index: int | None


def placed(*entrants: tuple[str, str, int | None]) -> list[tuple[str, int | None]]:
    return [(entrant.unit, rank) for entrant, rank in standings(Someone(*e) for e in entrants)]


def test_equal_indices_share_a_rank_and_the_next_is_skipped() -> None:
    assert placed(("a", "k", 80), ("b", "k", 90), ("c", "k", 90), ("d", "k", 95)) == [
        ("d", 1),
        ("b", 2),
        ("c", 2),
        ("a", 4),
    ]


def test_who_has_no_index_comes_last_without_a_rank() -> None:
    assert placed(("a", "k", None), ("b", "k", 0), ("c", "k", None), ("d", "k", 1)) == [
        ("d", 1),
        ("b", 2),
        ("a", None),
        ("c", None),
    ]


def test_each_kind_has_its_own_ranks() -> None:
    assert placed(("a", "ward", 70), ("b", "commune", 60), ("c", "ward", 90), ("d", "commune", 80)) == [
        ("d", 1),
        ("b", 2),
        ("c", 1),
        ("a", 2),
    ]


def test_where_the_round_has_groups_each_has_its_own_ranks() -> None:
    everybody = [
        Someone("plain-1", "district", 90),
        Someone("hill-1", "district", 80),
        Someone("plain-2", "district", 95),
        Someone("hill-2", "district", 85),
        Someone("town", "city", 70),
        Someone("alone", "district", 60),
        Someone("hill-3", "district", None),
    ]
    groups = {"plain-1": "đồng bằng", "plain-2": "đồng bằng", "town": "đồng bằng"}
    groups |= {"hill-1": "miền núi", "hill-2": "miền núi", "hill-3": "miền núi"}
    assert [(entrant.unit, rank) for entrant, rank in standings(everybody, groups)] == [
        ("town", 3),
        ("alone", 1),
        ("hill-2", 1),
        ("plain-2", 1),
        ("hill-1", 2),
        ("plain-1", 2),
        ("hill-3", None),
    ]


def test_nobody_stands_nowhere() -> None:
    assert placed() == []


entrants = strategies.lists(
    strategies.builds(
        Someone,
        strategies.text("abc/", min_size=1, max_size=5),
        strategies.sampled_from(["commune", "ward"]),
        strategies.none() | strategies.integers(0, 5),
    ),
    unique_by=lambda e: e.unit,
)


@given(entrants)
def test_a_rank_is_one_more_than_how_many_of_the_kind_are_better(everybody: list[Someone]) -> None:
    found = standings(everybody)
    assert sorted(e.unit for e, _ in found) == sorted(e.unit for e in everybody)
    for entrant, rank in found:
        better = [
            e
            for e in everybody
            if e.kind == entrant.kind and (e.index or 0) > (entrant.index or 0) and e.index is not None
        ]
        assert rank == (None if entrant.index is None else len(better) + 1)
    order = [(e.kind, rank is None, rank or 0, e.unit) for e, rank in found]
    assert order == sorted(order)


@given(entrants, strategies.randoms())
def test_the_order_in_which_they_came_does_not_matter(everybody: list[Someone], chance: object) -> None:
    shuffled = sorted(everybody, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert standings(shuffled) == standings(everybody)
