"""Random rubrics, and random things said about a dossier under them: mostly sensible, some not."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.unit.domain import sayings
from tests.unit.domain.random_rules import number, points, rules, up_to
from tests.unit.domain.rubrics import GRADES, leaf, rubric
from tests.unit.domain.sayings import Saying

JSON = dict[str, Any]

_ONE_TO_SIX = st.integers(1, 6)
_SHOWN = st.sampled_from(["required", "optional"])
_SOURCE = st.sampled_from(["survey", "survey", "unit"])
_ROUNDING = st.sampled_from(["half_up", "down"])
_CAP = st.sampled_from([{}, {"cap": "100"}, {"cap": "66.667"}])
one_of_these = cache(lambda *these: st.sampled_from(these))  # pyright: ignore[reportUnknownLambdaType]


@st.composite
def rubrics(draw: st.DrawFn) -> tuple[JSON, dict[str, st.SearchStrategy[JSON]]]:
    """A rubric that nothing is wrong with, and figures by leaf."""
    scale = draw(up_to(3))
    leaves: list[JSON] = []
    figures: dict[str, st.SearchStrategy[JSON]] = {}
    codes = ["1.1", "1.2.1", "1.2.2", "2.1", "2.2", "3.1.1"][: draw(_ONE_TO_SIX)]
    items = ["B.1", "B.2"][: draw(up_to(2))]
    for code in [*codes, *items]:
        rule, figures[code] = draw(rules(scale))
        one = leaf(code, draw(points(scale, least=1, most=3)), rule)
        if figures.keys() - {code} and draw(up_to(3)) == 0:
            one["needs"] = [draw(one_of_these(*sorted(figures.keys() - {code})))]
        if draw(up_to(4)) == 0:
            one["evidence"] = draw(_SHOWN)
        if rule["kind"] in ("survey", "rate", "steps", "choice") and draw(up_to(2)) == 0:
            one["source"] = draw(_SOURCE)
        leaves.append(one)
    bonus = {"max": draw(points(scale, least=1)), "items": leaves[len(codes) :]} if items else None
    index: JSON = {"scale": draw(up_to(6)), "rounding": draw(_ROUNDING)} | draw(_CAP)
    made = rubric(
        *leaves[: len(codes)],
        scale=scale,
        rounding=draw(_ROUNDING),
        bonus=bonus,
        index=index,
        grades=[{"name": name, "from": start} for name, start in GRADES[draw(up_to(4)) :]],
    )
    return made, figures


@cache
def _excluded(*codes: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(codes), unique=True, max_size=2)


@st.composite
def dossiers(draw: st.DrawFn) -> tuple[JSON, list[str], list[Saying]]:
    """A rubric, what the round excludes, and what is said, some of which will be refused."""
    made, figures = draw(rubrics())
    codes = sorted(figures)
    out = draw(_excluded(*codes))
    given = {code: st.none() | figures[code] for code in codes}
    stories = [_disputes(codes, given), _proofs(codes), _surveys(made, codes)]
    steps = st.one_of(*4 * [st.lists(_saying(codes, given), min_size=1, max_size=4)], *stories)
    said = draw(st.lists(steps, min_size=draw(up_to(5)), max_size=10))
    return made, out, [saying for step in said for saying in step][:30]


AS_COMPUTED = "as computed"
"""Points that are to be what the rule computes at that moment: `as computed, half_up, 2`."""

_SOME = st.one_of(points(3, most=1), points(1, most=3))
_COMPUTED = st.builds(
    lambda rounding, scale: f"{AS_COMPUTED}, {rounding}, {scale}",
    st.sampled_from(["half_up", "down"]),
    st.integers(0, 3),
)
_SOME_OR_COMPUTED = _SOME | _COMPUTED
_WORDS = st.sampled_from([None, "vì thế", "vì thế", "vì thế khác"])
_THERE = st.just("có")

Given = dict[str, st.SearchStrategy[JSON | None]]
"""Figures by leaf, or none."""

_ON_A_LEAF: dict[str, tuple[Any, st.SearchStrategy[str], dict[str, st.SearchStrategy[str | None]]]] = {
    "filed with a note": (sayings.filed, _SOME, {"note": _WORDS}),
    "filed": (sayings.filed, _SOME_OR_COMPUTED, {}),
    "scored": (sayings.scored, _SOME_OR_COMPUTED, {"opinion": _WORDS, "reason": _WORDS}),
    "scored with words": (sayings.scored, _SOME_OR_COMPUTED, {"opinion": _THERE, "reason": _THERE}),
    "scored as computed": (sayings.scored, _COMPUTED, {"opinion": _THERE}),
}


@cache
def _of_these(*codes: str) -> st.SearchStrategy[str | Saying]:
    """What is said of some leaf with figures, by its name above, or what is said else."""
    code = st.sampled_from(codes)
    id_ = st.sampled_from(["p1", "p1", "p2"])
    target = st.sampled_from(["total", *sorted({one.partition(".")[0] for one in codes}), *codes])
    adjusting = st.one_of(
        st.builds(sayings.penalty, _SOME, target, id_),
        st.builds(sayings.lifted, id_),
        st.builds(sayings.bonus, _SOME, id_),
        st.builds(sayings.revoked, id_),
    )
    return st.one_of(
        *map(st.just, _ON_A_LEAF),
        st.builds(sayings.withdrawn, code),
        st.builds(sayings.excluded, code, st.sampled_from(["not-applicable", "not-due"])),
        st.builds(sayings.included, code),
        adjusting,
        adjusting,
        st.one_of(
            st.builds(sayings.defaulted), st.builds(sayings.submitted), st.builds(sayings.returned, code)
        ),
        st.builds(sayings.erased, st.integers(8, 24), st.sampled_from(["note", "opinion", "reason"])),
        st.builds(sayings.assigned, code, code, lead=st.sampled_from(["Một cửa", "Nội vụ"])),
        st.just(sayings.released("qt/a")),
    )


@st.composite
def _saying(draw: st.DrawFn, codes: list[str], given: Given) -> Saying:
    found = draw(_of_these(*codes))
    if isinstance(found, Saying):
        return found
    build, worth, others = _ON_A_LEAF[found]
    code = draw(one_of_these(*codes))
    said = code, draw(worth), draw(given[code])
    return build(*said, **{name: draw(words) for name, words in others.items()})


_FILES = st.sampled_from(["e1", "e2"])


@cache
def _after(id_: str, *codes: str) -> st.SearchStrategy[list[Saying]]:
    """What becomes of a file."""
    moved = st.builds(sayings.moved, st.sampled_from(codes), st.just(id_))
    return st.lists(st.one_of(moved, st.just(sayings.evidence_withdrawn(id_))), max_size=3)


@st.composite
def _proofs(draw: st.DrawFn, codes: list[str]) -> list[Saying]:
    """A file is attached, and perhaps moved and taken back, in whatever order."""
    id_ = draw(_FILES)
    return [sayings.attached(draw(one_of_these(*codes)), id_), *draw(_after(id_, *codes))]


@cache
def _surveyed(*asked: str) -> st.SearchStrategy[list[Saying]]:
    of = st.sampled_from(["12.5", 13, "7.25", "0"])
    return st.lists(st.builds(sayings.surveyed, st.sampled_from(asked), number, of), min_size=1, max_size=2)


@st.composite
def _surveys(draw: st.DrawFn, rubric_: JSON, codes: list[str]) -> list[Saying]:
    """What a survey gave, once or twice, mostly for a leaf that takes one."""
    leaves = [one for area in rubric_["areas"] for top in area["criteria"] for one in top.get("parts", [top])]
    asked = [one["code"] for one in leaves if one.get("source", one["rule"]["kind"]) == "survey"]
    return draw(_surveyed(*(asked or codes)))


_UPHELD_AT = st.sampled_from(["0", "0.25", "0.333", "1", "1.5"])
_CLAIMED = st.none() | _UPHELD_AT
_DISPUTES = st.sampled_from(["d1", "d2", "d3"])
_FROM = st.sampled_from([0, 0, 0, 1, 2])
_TO = st.sampled_from([4, 4, 4, 3])


@st.composite
def _disputes(draw: st.DrawFn, codes: list[str], given: Given) -> list[Saying]:
    """A dispute about something, which may not be there, and mostly how it was decided."""
    code = draw(one_of_these(*codes))
    about, to_dispute = code, sayings.scored(code, "0", opinion="có", reason="có")
    if draw(up_to(1)):
        target = draw(one_of_these("total", code))
        about, to_dispute = "penalty:p1", sayings.penalty(draw(points(3, least=1)), target)
    id_ = draw(_DISPUTES)
    decided = [sayings.upheld(draw(_UPHELD_AT), id_), sayings.rejected(id_)]
    if about == code:
        decided += 2 * [sayings.upheld(draw(_UPHELD_AT), id_, figures=draw(given[code]))]
    raised = sayings.disputed(about, id_, claimed_points=draw(_CLAIMED))
    said = [to_dispute, sayings.released("qt/a"), raised, decided[draw(up_to(len(decided) - 1))]]
    return said[draw(_FROM) : draw(_TO)]
