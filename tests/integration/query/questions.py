"""What the tests ask."""

_A_DOSSIER = """
    unit { path name }
    round rubric status selfIndex index rank grade
    points assessed excluded lost coverage final bonus penalties
    areas { code name max points assessed excluded lost }
    leaves {
      code name max selfPoints appraisedPoints computedPoints lost excluded support opinion responsible
      figures councilFigures evidence { id } disputes { id }
    }
    events { edges { node { type position version texts { field text } } } }
    history { edges { node { position recordedAt type selfIndex index points assessed } } }
    position
"""
DOSSIER = f"""
query ($unit: ID!, $round: ID! = "2023") {{
  dossier(unit: $unit, round: $round) {{ {_A_DOSSIER} }}
}}
"""
STANDINGS = """
query ($authority: ID!, $round: ID! = "2023", $kind: String) {
  standings(authority: $authority, round: $round, kind: $kind) {
    unit { path } kind index rank grade points assessed coverage final
  }
}
"""
EVENT = "query ($root: ID!, $position: Int!) { event(root: $root, position: $position) { type position } }"
WHOLE_EVENT = """
query ($root: ID!, $position: Int!) {
  event(root: $root, position: $position) {
    root position stream version id type subject actor occurredAt recordedAt data body leafHash
    texts { field text salt }
  }
}
"""
UNIT = "query ($path: ID!) { unit(path: $path) { path name kind parent from until } }"
UNITS = "query ($under: ID!) { units(under: $under) { edges { node { path } } } }"
ROUND = "query ($authority: ID!, $round: ID!) { round(authority: $authority, round: $round) { round units } }"
WHOLE_ROUND = """
query ($authority: ID!, $round: ID!) {
  round(authority: $authority, round: $round) {
    authority round name kind rubrics units released published
    filing { opens closes } appraisal { opens } disputes { closes }
  }
}
"""
RUBRIC = """
query ($authority: ID!, $id: ID!) {
  rubric(authority: $authority, id: $id) { id name hash total areas }
}
"""
HISTORY = """
query ($unit: ID!) {
  indexHistory(unit: $unit) { round index rank grade imported position recordedAt }
}
"""
REFUSALS = """
query ($tenant: ID!) {
  refusals(tenant: $tenant) {
    edges { node {
      id type recordedAt hash actor excerpt
      problem { type title { vi en } detail { vi en } pointer }
    } }
  }
}
"""
