"""Any moment of the past: told as it was told then, to whoever may see it today."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from deploy.local.stack import Servers
from services.query.config import Limits
from services.query.endpoint import Service
from tests.integration.audit.test_levels import ABOVE
from tests.integration.query.asker import Asker
from tests.integration.query.played import Played
from tests.province import OPEN, province_on
from tests.year import Year

_EVENTS = "edges { node { position type change { sums { index { before after } } leaves { code } } } }"
_STEP = "kind value text { vi en }"
SEEN = f"""
query ($unit: ID!, $authority: ID!, $asOf: AsOf, $round: ID! = "2023") {{
  dossier(unit: $unit, round: $round, asOf: $asOf) {{
    unit {{ path name ended until }} round authority rubric status left defaulted selfIndex index rank grade
    points assessed excluded lost coverage final bonus penalties position
    areas {{ code points assessed excluded lost }}
    leaves {{
      code selfPoints appraisedPoints computedPoints lost excluded excludedAs support opinion responsible
      figures councilFigures survey returnedUntil remediationDue
      proposal {{ points by opinion }}
      evidence {{ id leaf name sha256 size number dated }}
      disputes {{ id status about grounds claimedPoints points reason }}
      previous {{ round code appraisedPoints lost plans {{ plan status }} }}
      story {{ {_EVENTS} }}
      explanation {{ {_STEP} children {{ {_STEP} children {{ {_STEP} }} }} }}
    }}
    windows {{ filing {{ opens closes }} appraisal {{ closes }} disputes {{ closes }} }}
    todo {{ kind leaves }}
    disputes {{ id status points }}
    penaltiesApplied {{ id points target lifted reason }}
    bonusesAwarded {{ id points revoked reason }}
    events {{ {_EVENTS} }}
    history {{ edges {{ node {{ position type index selfIndex points assessed }} }} }}
  }}
  unit(path: $unit, asOf: $asOf) {{
    path name kind parent from until ended heir predecessors {{ path }} successors {{ path name }}
  }}
  round(authority: $authority, round: $round, asOf: $asOf) {{
    name kind period {{ from to }} rubrics units released published cancelled appraisers
    filing {{ opens closes }} publication {{ position document rubrics }}
  }}
  standings(authority: $authority, round: $round, asOf: $asOf) {{
    unit {{ path name kind ended }} kind group index rank grade points assessed coverage final
  }}
  live: standings(authority: $authority, round: $round, live: true, asOf: $asOf) {{
    unit {{ path }} index rank grade points assessed coverage final
  }}
}}
"""


def _asking(field: str) -> str:
    """A query for a field that uses some of the variables."""
    names = "one: unit(path: $u) { name } other: unit(path: $a) { name }"
    return f"query ($u: ID!, $a: ID!, $at: AsOf) {{ {field} {names} }}"


async def seen(played: Played, viewer: str, unit: str, **others: Any) -> dict[str, Any]:
    return await played(viewer, SEEN, unit=unit, authority=played.district, **others)


async def test_every_moment_is_told_as_it_was_told_then(played: Played) -> None:
    year = played.year
    steps: list[Callable[[], Awaitable[None]]] = [
        *(year.prepare, year.appraise, year.release, year.dispute, year.publish),
        *(year.put_right, year.reorganise, year.begin_next),
    ]
    then: list[tuple[int, str, str, dict[str, Any]]] = []
    for step in steps:
        await step()
        for viewer in (played.root, played.district):
            for unit in (played.commune(), played.commune("xa-2")):
                then.append((0, viewer, unit, await seen(played, viewer, unit)))
        then = [(at or played.projected, *others) for at, *others in then]  # type: ignore[misc]
    for at, viewer, unit, told in then:
        assert told["dossier"]["position"] == at
        now = await seen(played, viewer, unit, asOf={"position": at})
        assert now == told, (at, viewer, unit)
    last = await seen(played, played.root, played.commune("xa-moi"), round="2024")
    assert last["dossier"]["leaves"][0]["selfPoints"] == "2"
    at_head = {"position": played.projected}
    assert await seen(played, played.root, played.commune("xa-moi"), round="2024", asOf=at_head) == last


async def test_a_round_reopened_and_scores_taken_again_are_told_as_of_each_position(played: Played) -> None:
    year, unit = played.year, played.commune()
    for step in (year.prepare, year.appraise, year.release, year.publish):
        await step()
    published = await seen(played, played.district, unit)
    await year.of_round("RoundReopened", reason="khiếu nại")
    await year.of_round("RoundExtended", window="appraisal", closes="2090-01-01T00:00:00Z")
    await year.of_dossier("ScoreAppraised", leaf="2.1", points="1")
    reopened = await seen(played, played.district, unit)
    assert reopened["live"] != reopened["standings"] == published["standings"]
    await year.publish("appraisal")
    at = {"position": reopened["dossier"]["position"]}
    assert await seen(played, played.district, unit, asOf=at) == reopened
    own = await played(unit, SEEN, unit=unit, authority=played.district, asOf=at)
    assert [row["rank"] for row in own["standings"]] == [row["rank"] for row in published["standings"]]


async def test_a_time_is_the_last_position_recorded_by_then(played: Played) -> None:
    await played.year.appraise()
    await played.project()
    ask = 'query ($u: ID!, $asOf: AsOf) { dossier(unit: $u, round: "2023", asOf: $asOf) { position } }'
    rows = await played.year.province.connection.fetch(
        "SELECT position, recorded_at FROM ledger.event WHERE root = $1 ORDER BY position", played.root
    )
    opened = next(n for n, row in enumerate(rows) if n and row["recorded_at"] > rows[n - 1]["recorded_at"])
    for row in rows[max(opened, len(rows) - 6) :]:
        moment: datetime = row["recorded_at"]
        last = max(r["position"] for r in rows if r["recorded_at"] <= moment)
        found = await played(played.root, ask, u=played.commune(), asOf={"time": moment.isoformat()})
        assert found == {"dossier": {"position": last}}
        before = moment - timedelta(microseconds=1)
        earlier = max(r["position"] for r in rows if r["recorded_at"] <= before)
        found = await played(played.root, ask, u=played.commune(), asOf={"time": before.isoformat()})
        assert found == {"dossier": {"position": earlier}}
    first = {"time": (rows[0]["recorded_at"] - timedelta(days=1)).isoformat()}
    assert await played(played.root, ask, u=played.commune(), asOf=first) == {"dossier": None}


@pytest.mark.parametrize(
    "as_of",
    [{"position": 10**6}, {"position": -1}, {"time": "2090-01-01T00:00:00Z"}, {"time": "hôm qua"}, {}],
)
async def test_a_moment_that_is_none_or_beyond_the_head_is_an_error_in_both_languages(
    ask: Asker, played: Played, as_of: dict[str, Any]
) -> None:
    await played.project()
    for field in (
        'dossier(unit: $u, round: "2023", asOf: $asOf) { status }',
        "unit(path: $u, asOf: $asOf) { name }",
        'round(authority: $a, round: "2023", asOf: $asOf) { name }',
        'standings(authority: $a, round: "2023", asOf: $asOf) { rank }',
    ):
        query = _asking(field.replace("$asOf", "$at"))
        [message] = await ask.errors(played.root, query, u=played.commune(), a=played.district, at=as_of)
        if as_of:
            assert " / " in message


async def test_rights_are_of_today_and_a_siblings_row_is_shown_if_it_could_be_seen_then(
    played: Played,
) -> None:
    year, unit, other = played.year, played.commune(), played.commune("xa-2")
    await year.prepare()
    await year.appraise()
    await played.project()
    appraised = {"position": played.projected}
    hidden = await seen(played, unit, unit, asOf=appraised)
    assert (hidden["dossier"]["index"], hidden["dossier"]["selfIndex"]) == (None, "62.5")
    assert [row["unit"]["path"] for row in hidden["standings"]] == [unit]
    assert hidden["round"]["appraisers"] is None
    for step in (year.release, year.publish):
        await step()
    told = await seen(played, unit, unit, asOf=appraised)
    assert told["dossier"]["index"] is not None, "it is released today"
    assert (told["dossier"]["rank"], told["dossier"]["grade"]) == (None, None), "none was published then"
    assert [row["unit"]["path"] for row in told["standings"]] == [unit], "nothing was published then"
    now = await seen(played, unit, unit, asOf={"position": played.projected})
    assert {row["unit"]["path"] for row in now["standings"]} == {unit, other}
    assert now["dossier"]["rank"] == 1
    assert await seen(played, f"{played.root}/so", unit, asOf=appraised) == {
        **dict.fromkeys(("dossier", "unit", "round")),
        "standings": [],
        "live": [],
    }
    granted = await seen(played, year.stranger, unit, asOf=appraised)
    assert granted["dossier"]["index"] == told["dossier"]["index"]


async def test_what_is_told_of_now_alone_says_so(ask: Asker, played: Played) -> None:
    await played.project()
    unit, round_ = "unit(path: $u, asOf: $at)", 'round(authority: $a, round: "2023", asOf: $at)'
    for field in (
        f"{unit} {{ remediation {{ edges {{ cursor }} }} }}",
        f'{unit} {{ comparison(rounds: ["2023"]) {{ rounds }} }}',
        f"{round_} {{ worklist {{ edges {{ cursor }} }} }}",
        f"{round_} {{ progress {{ edges {{ cursor }} }} }}",
    ):
        query = _asking(field)
        [message] = await ask.errors(
            played.root, query, u=played.commune(), a=played.district, at={"position": 6}
        )
        assert "as of now alone" in message
        assert "hiện trạng" in message


DIFF = """query ($u: ID!, $from: AsOf!, $to: AsOf!) {
dossier(unit: $u, round: "2023") { diff(from: $from, to: $to) {
  from to statusBefore statusAfter place { rankBefore rankAfter gradeBefore gradeAfter }
  sums { index { before after } selfIndex { before after } }
  leaves { code appraisedPoints { before after } excluded by }
  events { position type event { type } leaves { code } }
} } }"""


async def test_between_two_moments_it_is_told_what_changed_and_which_event_did_it(played: Played) -> None:
    year, unit = played.year, played.commune()
    for step in (year.prepare, year.appraise, year.release):
        await step()
    await played.project()
    start = played.projected
    await year.dispute()
    await year.publish()
    asked = {"u": unit, "from": {"position": start}, "to": {"position": start + 8}}
    diff = (await played(played.district, DIFF, **asked))["dossier"]["diff"]
    assert (diff["from"], diff["to"]) == (start, start + 8)
    assert (diff["statusBefore"], diff["statusAfter"]) == ("released", "published")
    upheld = start + 3
    assert diff["leaves"] == [
        {
            "code": "1.1",
            "appraisedPoints": {"before": "0.666", "after": "1"},
            "excluded": False,
            "by": [upheld],
        }
    ]
    assert [(step["position"], step["type"]) for step in diff["events"] if step["leaves"]] == [
        (upheld, "DisputeUpheld")
    ]
    assert diff["events"][-1]["event"] == {"type": "ResultsPublished"}
    assert diff["sums"]["index"]["before"] != diff["sums"]["index"]["after"]
    assert diff["place"] == {"rankBefore": 1, "rankAfter": 1, "gradeBefore": "Yếu", "gradeAfter": "Yếu"}
    own = (await played(unit, DIFF, **asked))["dossier"]["diff"]
    assert own["place"] is None
    assert own["leaves"] == diff["leaves"]
    assert own["events"][-1]["event"] is None, "the round's stream is the district's"
    backwards = {**asked, "from": asked["to"], "to": asked["from"]}
    assert "muộn hơn" in (await played.ask.errors(played.district, DIFF, **backwards))[0]


WHAT_IF = """query ($u: ID!, $without: [ID!], $instead: [WhatIfLeaf!], $asOf: AsOf) {
  dossier(unit: $u, round: "2023", asOf: $asOf) { index whatIf(without: $without, instead: $instead) {
    sums { index { before after } selfIndex { before after } } fallen
    place { rankBefore rankAfter gradeBefore gradeAfter } leaves { code appraisedPoints { before after } by }
  } } }"""


async def test_a_council_sees_what_upholding_a_dispute_would_do_and_records_nothing(played: Played) -> None:
    year, unit = played.year, played.commune()
    for step in (year.prepare, year.appraise, year.release):
        await step()
    await played.project()
    head, would = played.projected, [{"leaf": "1.1", "figures": {"numerator": 1, "denominator": 2}}]
    found = (await played(played.district, WHAT_IF, u=unit, instead=would))["dossier"]
    imagined = found["whatIf"]
    assert imagined["leaves"] == [
        {"code": "1.1", "appraisedPoints": {"before": "0.666", "after": "1"}, "by": []}
    ]
    await year.by_unit("DisputeRaised", dispute="d1", about="1.1", claimed_points="1.5", grounds="đủ")
    upheld = {"dispute": "d1", "points": "1", "figures": {"numerator": 1, "denominator": 2}}
    await year.of_dossier("DisputeUpheld", **upheld, reason="đồng ý")
    after = (await played(played.district, WHAT_IF, u=unit))["dossier"]
    assert imagined["sums"]["index"] == {"before": found["index"], "after": after["index"]}
    assert played.projected == head + 2, "what was imagined was not recorded"
    again = await played(played.district, WHAT_IF, u=unit, instead=would, asOf={"position": head})
    assert again["dossier"] == found
    own = (await played(unit, WHAT_IF, u=unit, instead=would, asOf={"position": head}))["dossier"]["whatIf"]
    assert own == {**imagined, "place": None}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"instead": [{"leaf": "1.1"}]}, "một trong hai"),
        ({"instead": [{"leaf": "1.1", "points": "1", "figures": {}}]}, "một trong hai"),
        ({"instead": [{"leaf": "1.1", "points": "9"}]}, "/instead/0/points"),
        ({"instead": [{"leaf": "1.1", "points": 1.5}]}, "dưới dạng chuỗi"),
        ({"instead": [{"leaf": "1.1", "figures": {"so": 1}}]}, "/instead/0/figures"),
        ({"instead": [{"leaf": "7.7", "points": "1"}]}, "/instead/0/leaf"),
        ({"without": ["0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f"]}, "/without/0"),
        ({"without": ["x"] * 101}, "tối đa 100"),
    ],
)
async def test_what_cannot_be_imagined_is_said(played: Played, changes: dict[str, Any], said: str) -> None:
    await played.project()
    [message] = await played.ask.errors(played.district, WHAT_IF, u=played.commune(), **changes)
    assert said in message


@pytest.fixture
async def levels(
    ask: Asker, servers: Servers, add_root: Callable[[Servers], Awaitable[str]]
) -> AsyncIterator[Played]:
    """The district appraises its communes, and has a leaf that is computed from theirs."""
    root = await add_root(servers)
    async with province_on(servers, root) as province:
        await province.open()
        await province.say("RubricPublished", root, root, rubric=ABOVE)
        await province.say(
            *("RoundOpened", root, f"{root}@2023"),
            **{"round": "2023", "name": "Năm 2023", "kind": "annual", "rubrics": {"district": "tinh"}},
            **dict.fromkeys(("filing", "appraisal", "disputes"), OPEN),
            period={"from": "2023-01-01", "to": "2023-12-31"},
            units=[f"{root}/huyen"],
        )
        yield Played(Year(province), ask, servers)


async def test_a_leaf_that_is_computed_from_the_dossiers_below_is_told_as_of_any_moment(
    levels: Played,
) -> None:
    district, then = levels.district, list[dict[str, Any]]()

    async def look() -> None:
        told = await levels(levels.root, SEEN, unit=district, authority=levels.root)
        then.append(told)

    await look()
    for commune in ("xa-1", "xa-2"):
        await levels.year.province.play(commune)
        await levels.year.of_dossier(
            "ScoreAppraised", commune=commune, leaf="1.2", points="0", opinion="không"
        )
        await levels.year.of_dossier("LeafIncluded", commune=commune, leaf="1.2", reason="có")
    await look()
    await levels.year.of_dossier(
        "ScoreAppraised", commune="xa-2", leaf="2.1", points="0.5", opinion="x", reason="y"
    )
    await levels.year.publish()
    await look()
    await levels.year.of_round("RoundReopened", reason="sai")
    await levels.year.of_round("RoundExtended", window="appraisal", closes="2090-01-01T00:00:00Z")
    await levels.year.of_dossier(
        "ScoreAppraised", commune="xa-2", leaf="2.1", points="0", opinion="x", reason="y"
    )
    await look()
    computed = [told["dossier"]["leaves"][0]["computedPoints"] for told in then]
    assert computed == [None, None, "1.13", "1.13"]
    for told in then:
        at = {"position": told["dossier"]["position"]}
        assert await levels(levels.root, SEEN, unit=district, authority=levels.root, asOf=at) == told


async def test_moments_are_no_way_around_the_limits(
    asker_of: Callable[[Service], Asker], make_service: Callable[..., Service], played: Played
) -> None:
    await played.project()
    narrow = asker_of(make_service(Limits(rows=500)))
    moments = " ".join(
        f'm{n}: dossier(unit: $u, round: "2023", asOf: {{position: {n}}}) {{ status }}' for n in range(1, 7)
    )
    query = f"query ($u: ID!) {{ {moments} unit(path: $u) {{ name }} }}"
    assert await played.ask(played.root, query, u=played.commune())
    assert "too much at a time" in (await narrow.errors(played.root, query, u=played.commune()))[0]
    imagined = " ".join(f"w{n}: whatIf {{ fallen }}" for n in range(6))
    query = f'query ($u: ID!) {{ dossier(unit: $u, round: "2023") {{ {imagined} }} }}'
    assert "too much at a time" in (await narrow.errors(played.root, query, u=played.commune()))[0]
