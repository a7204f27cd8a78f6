"""Everything that can be asked about one unit: one answer in which nothing hidden may show."""

from typing import Any

from tests.integration.query.played import Played

_SUMS = "selfIndex { before after } index { before after } points { before after } assessed { before after }"
_LEAVES = (
    "code selfPoints { before after } appraisedPoints { before after } computedPoints { before after } "
    "wasExcluded excluded by"
)
_CHANGE = f"change {{ rubric rubricHash sums {{ {_SUMS} }} leaves {{ {_LEAVES} }} }}"
_EVENTS = (
    "edges { node { position type version subject actor data body leafHash texts { field text } "
    f"{_CHANGE} }} }}"
)
_STEP = "kind value text { vi en }"
_PLACE = "rankBefore rankAfter gradeBefore gradeAfter"
_PLANS = "unit round plan leaves lead support target due status overdue action note reason"
_DISPUTES = "id status about grounds claimedPoints points reason"
EVERYTHING = f"""
query ($unit: ID!, $authority: ID!, $head: Int!) {{
  dossier(unit: $unit, round: "2023") {{
    unit {{ path name }} round authority rubric status left defaulted selfIndex index rank grade
    points assessed excluded lost coverage final bonus penalties
    areas {{ code points assessed excluded lost }}
    leaves {{
      code selfPoints appraisedPoints computedPoints lost excluded excludedAs support opinion responsible
      figures councilFigures survey returnedUntil remediationDue
      proposal {{ points by opinion }}
      evidence {{ id leaf name title sha256 }}
      disputes {{ {_DISPUTES} }}
      story {{ {_EVENTS} }}
      previous {{ round code appraisedPoints lost plans {{ plan }} }}
      explanation {{ {_STEP} children {{ {_STEP} children {{ {_STEP} children {{ {_STEP} }} }} }} }}
    }}
    diff(from: {{position: 0}}, to: {{position: $head}}) {{
      statusBefore statusAfter sums {{ {_SUMS} }} place {{ {_PLACE} }} leaves {{ {_LEAVES} }}
      events {{ type sums {{ {_SUMS} }} leaves {{ {_LEAVES} }} event {{ position data }} }}
    }}
    whatIf(instead: [{{leaf: "1.1", points: "0.25"}}]) {{
      sums {{ {_SUMS} }} place {{ {_PLACE} }} leaves {{ {_LEAVES} }} fallen
    }}
    losing: leaves(lostOnly: true) {{ code }}
    windows {{ filing {{ opens closes }} appraisal {{ closes }} disputes {{ closes }} }}
    todo {{ kind leaves message {{ vi en }} }}
    disputes {{ {_DISPUTES} }}
    penaltiesApplied {{ id points target basis lifted reason }}
    bonusesAwarded {{ id points basis revoked reason }}
    events {{ {_EVENTS} }}
    history {{ edges {{ node {{ type index selfIndex points assessed }} }} }}
  }}
  unit(path: $unit) {{
    path name ended heir predecessors {{ path }} successors {{ path }}
    remediation {{ edges {{ node {{ {_PLANS} }} }} }}
    comparison(rounds: ["2022", "2023"]) {{
      rounds
      areas {{ code values {{ round points assessed share change }} }}
      leaves {{ code values {{ round points assessed share change }} }}
    }}
  }}
  indexHistory(unit: $unit, withPredecessors: true) {{ unit round index rank grade imported }}
  standings(authority: $authority, round: "2023") {{
    unit {{ path name }} index rank grade points assessed coverage final
  }}
  live: standings(authority: $authority, round: "2023", live: true) {{
    unit {{ path }} index rank grade points assessed
  }}
  round(authority: $authority, round: "2023") {{
    released published cancelled appraisers units
    publication {{ position document rubrics }}
    worklist {{ edges {{ node {{ unit {{ path }} status items {{ about state due }} }} }} }}
    progress {{ edges {{ node {{ unit {{ path }} appraised toAppraise filed toFile }} }} }}
  }}
}}
"""


async def everything_seen(played: Played, viewer: str, unit: str) -> Any:
    """All that a viewer is told of a unit's dossier, and of every event of the root by its position."""
    await played.project()
    asked = {"unit": unit, "authority": played.district, "head": played.projected}
    answer = await played(viewer, EVERYTHING, **asked)
    events = " ".join(
        f"p{n}: event(root: $root, position: {n}) {{ type data texts {{ text }} }}"
        for n in range(max(1, played.projected - 50), played.projected + 1)
    )
    by_position = await played(viewer, f"query ($root: ID!) {{ {events} }}", root=played.root)
    seen = {name: event for name, event in by_position.items() if event is not None}
    return {"answer": answer, "events": seen}
