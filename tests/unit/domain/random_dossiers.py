"""Random rubrics, and random things said about a dossier under them: mostly sensible, some not."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.unit.domain import sayings
from tests.unit.domain.random_rules import number, points, rules
from tests.unit.domain.rubrics import GRADES, leaf, rubric
from tests.unit.domain.sayings import Saying

JSON = dict[str, Any]

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of what is tested."""


@st.composite
def rubrics(draw: st.DrawFn) -> tuple[JSON, dict[str, st.SearchStrategy[JSON]]]:
    """A rubric that nothing is wrong with, and figures by leaf."""
    scale = draw(st.integers(0, 3))
    leaves: list[JSON] = []
    figures: dict[str, st.SearchStrategy[JSON]] = {}
    codes = ["1.1", "1.2.1", "1.2.2", "2.1", "2.2", "3.1.1"][: draw(st.integers(1, 6))]
    items = ["B.1", "B.2"][: draw(st.integers(0, 2))]
    for code in [*codes, *items]:
        rule, figures[code] = draw(rules(scale))
        one = leaf(code, draw(points(scale, least=1, most=3)), rule)
        if figures.keys() - {code} and draw(st.integers(0, 3)) == 0:
            one["needs"] = [draw(st.sampled_from(sorted(figures.keys() - {code})))]
        if draw(st.integers(0, 4)) == 0:
            one["evidence"] = draw(st.sampled_from(["required", "optional"]))
        if rule["kind"] in ("survey", "rate", "steps", "choice") and draw(st.integers(0, 2)) == 0:
            one["source"] = draw(st.sampled_from(["survey", "survey", "unit"]))
        leaves.append(one)
    bonus = {"max": draw(points(scale, least=1)), "items": leaves[len(codes) :]} if items else None
    index: JSON = {
        "scale": draw(st.integers(0, 6)),
        "rounding": draw(st.sampled_from(["half_up", "down"])),
    } | draw(st.sampled_from([{}, {"cap": "100"}, {"cap": "66.667"}]))
    made = rubric(
        *leaves[: len(codes)],
        scale=scale,
        rounding=draw(st.sampled_from(["half_up", "down"])),
        bonus=bonus,
        index=index,
        grades=[{"name": name, "from": start} for name, start in GRADES[draw(st.integers(0, 4)) :]],
    )
    return made, figures


@st.composite
def dossiers(draw: st.DrawFn) -> tuple[JSON, list[str], list[Saying]]:
    """A rubric, what the round excludes, and what is said, some of which will be refused."""
    made, figures = draw(rubrics())
    codes = sorted(figures)
    out = draw(st.lists(st.sampled_from(codes), unique=True, max_size=2))
    stories = [_disputes(codes, figures), _proofs(codes), _surveys(made, codes)]
    steps = st.one_of(*4 * [st.lists(_sayings(codes, figures), min_size=1, max_size=4)], *stories)
    said = draw(st.lists(steps, min_size=draw(st.integers(0, 5)), max_size=10))
    return made, out, [saying for step in said for saying in step][:30]


AS_COMPUTED = "as computed"
"""Points that are to be what the rule computes at that moment: `as computed, half_up, 2`."""


def _sayings(codes: list[str], figures: dict[str, st.SearchStrategy[JSON]]) -> st.SearchStrategy[Saying]:
    some = st.one_of(points(3, most=1), points(1, most=3))
    code = st.sampled_from(codes)
    id_ = st.sampled_from(["p1", "p1", "p2"])
    target = st.sampled_from(["total", *{one.partition(".")[0] for one in codes}, *codes])
    computed = st.builds(
        lambda rounding, scale: f"{AS_COMPUTED}, {rounding}, {scale}",
        st.sampled_from(["half_up", "down"]),
        st.integers(0, 3),
    )
    words = st.sampled_from([None, "vì thế", "vì thế", "vì thế khác"])

    def on_a_leaf(build: Any, worth: st.SearchStrategy[str], **others: Any) -> st.SearchStrategy[Saying]:
        return code.flatmap(
            lambda one: st.builds(build, st.just(one), worth, st.none() | figures[one], **others)
        )

    adjusting = st.one_of(
        st.builds(sayings.penalty, some, target, id_),
        st.builds(sayings.lifted, id_),
        st.builds(sayings.bonus, some, id_),
        st.builds(sayings.revoked, id_),
    )
    return st.one_of(
        on_a_leaf(sayings.filed, some, note=words),
        on_a_leaf(sayings.filed, some | computed),
        st.builds(sayings.withdrawn, code),
        on_a_leaf(sayings.scored, some | computed, opinion=words, reason=words),
        on_a_leaf(sayings.scored, some | computed, opinion=st.just("có"), reason=st.just("có")),
        on_a_leaf(sayings.scored, computed, opinion=st.just("có")),
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
def _proofs(draw: st.DrawFn, codes: list[str]) -> list[Saying]:
    """A file is attached, and perhaps moved and taken back, in whatever order."""
    code, id_ = st.sampled_from(codes), draw(st.sampled_from(["e1", "e2"]))
    after = st.one_of(st.builds(sayings.moved, code, st.just(id_)), st.just(sayings.evidence_withdrawn(id_)))
    return [sayings.attached(draw(code), id_), *draw(st.lists(after, max_size=3))]


@st.composite
def _surveys(draw: st.DrawFn, rubric_: JSON, codes: list[str]) -> list[Saying]:
    """What a survey gave, once or twice, mostly for a leaf that takes one."""
    leaves = [one for area in rubric_["areas"] for top in area["criteria"] for one in top.get("parts", [top])]
    asked = [one["code"] for one in leaves if one.get("source", one["rule"]["kind"]) == "survey"]
    said = st.builds(
        sayings.surveyed, st.sampled_from(asked or codes), number, st.sampled_from(["12.5", 13, "7.25", "0"])
    )
    return draw(st.lists(said, min_size=1, max_size=2))


@st.composite
def _disputes(draw: st.DrawFn, codes: list[str], figures: dict[str, st.SearchStrategy[JSON]]) -> list[Saying]:
    """A dispute about something, which may not be there, and mostly how it was decided."""
    code = draw(st.sampled_from(codes))
    some = st.sampled_from(["0", "0.25", "0.333", "1", "1.5"])
    target = draw(st.sampled_from(["total", code]))
    about, to_dispute = draw(
        st.sampled_from(
            [
                (code, sayings.scored(code, "0", opinion="có", reason="có")),
                (
                    "penalty:p1",
                    sayings.penalty(draw(points(3, least=1)), target),
                ),
            ]
        )
    )
    id_ = draw(st.sampled_from(["d1", "d2", "d3"]))
    decided = [sayings.upheld(draw(some), id_), sayings.rejected(id_)]
    if about == code:
        decided += 2 * [sayings.upheld(draw(some), id_, figures=draw(st.none() | figures[code]))]
    raised = sayings.disputed(about, id_, claimed_points=draw(st.none() | some))
    said = [to_dispute, sayings.released("qt/a"), raised, draw(st.sampled_from(decided))]
    return said[draw(st.sampled_from([0, 0, 0, 1, 2])) : draw(st.sampled_from([4, 4, 4, 3]))]
