"""Everything that can be asked about one unit: one answer in which nothing hidden may show."""

from typing import Any

from tests.integration.query.played import Played

_EVENTS = "edges { node { position type version subject actor data body leafHash texts { field text } } }"
_PLANS = "unit round plan leaves lead support target due status overdue action note reason"
_DISPUTES = "id status about grounds claimedPoints points reason"
EVERYTHING = f"""
query ($unit: ID!, $authority: ID!) {{
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
    answer = await played(viewer, EVERYTHING, unit=unit, authority=played.district)
    events = " ".join(
        f"p{n}: event(root: $root, position: {n}) {{ type data texts {{ text }} }}"
        for n in range(max(1, played.projected - 50), played.projected + 1)
    )
    by_position = await played(viewer, f"query ($root: ID!) {{ {events} }}", root=played.root)
    seen = {name: event for name, event in by_position.items() if event is not None}
    return {"answer": answer, "events": seen}
