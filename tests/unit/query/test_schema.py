"""The schema says what contracts say."""

import pytest
from graphql import GraphQLObjectType, build_schema

from services.query.config import Limits
from services.query.schema import build

CONTRACT = """
scalar Decimal scalar DateTime scalar Date scalar JSON
directive @oneOf on INPUT_OBJECT
input AsOf @oneOf { time: DateTime  position: Int }
input WhatIfLeaf { leaf: ID!  points: Decimal  figures: JSON }
enum Support { SUPPORTED ROUNDING UNSUPPORTED }
enum TodoKind { NOT_FILED EVIDENCE_LACKING FIGURES_LACKING POINTS_AGAINST_FIGURES SAME_FILE }
enum WorkState { TO_APPRAISE PROPOSED RETURNED DISPUTED }
type Query {
  me: Viewer!
  unit(path: ID!, asOf: AsOf): Unit
  units(under: ID!, kind: String, first: Int! = 50, after: String): UnitConnection!
  rubric(authority: ID!, id: ID!): Rubric
  round(authority: ID!, round: ID!, asOf: AsOf): Round
  standings(authority: ID!, round: ID!, kind: String, group: String, live: Boolean! = false, asOf: AsOf): [Standing!]!
  dossier(unit: ID!, round: ID!, asOf: AsOf): Dossier
  indexHistory(unit: ID!, withPredecessors: Boolean! = false): [IndexPoint!]!
  event(root: ID!, position: Int!): LedgerEvent
  refusals(tenant: ID!, first: Int! = 50, after: String): RefusalConnection!
  receipt(root: ID!, position: Int!): String
  grants(root: ID!, first: Int! = 50, after: String): GrantConnection!
}
type Viewer { tenant: ID!  roles: [String!]!  actor: ID! }
type Unit { path: ID!  name: String!  kind: String!  parent: ID  from: Date  until: Date  ended: Boolean!
  predecessors: [Unit!]!  successors: [Unit!]!  heir: ID  comparison(rounds: [ID!]!): Comparison!
  remediation(first: Int! = 50, after: String, withPredecessors: Boolean! = false): RemediationConnection! }
type Window { opens: DateTime!  closes: DateTime! }
type Round { authority: ID!  round: ID!  name: String!  kind: String!  rubrics: JSON!  units: [ID!]!  filing: Window!
  appraisal: Window!  disputes: Window!  released: Boolean!  published: Boolean!
  period: Period!  cancelled: Boolean!  publication: Publication  appraisers: JSON
  worklist(first: Int! = 50, after: String): WorkConnection!
  progress(first: Int! = 50, after: String): UnitProgressConnection! }
type Period { from: Date!  to: Date! }
type Publication { document: JSON!  rubrics: JSON!  position: Int!  recordedAt: DateTime! }
type Windows { filing: Window!  appraisal: Window!  disputes: Window! }
type Rubric { id: ID!  name: String!  hash: String!  total: Decimal!  areas: JSON! }
type Standing { unit: Unit!  kind: String!  group: String  index: Decimal  rank: Int  grade: String  points: Decimal  assessed: Decimal
  coverage: Decimal  final: Boolean! }
type Dossier {
  unit: Unit!  round: ID!  rubric: ID!  status: String!
  selfIndex: Decimal  index: Decimal  rank: Int  grade: String
  points: Decimal  assessed: Decimal  excluded: Decimal!  lost: Decimal  coverage: Decimal  final: Boolean!
  bonus: Decimal  penalties: Decimal
  areas: [AreaScore!]!
  leaves(area: String, lostOnly: Boolean! = false): [LeafScore!]!
  events(first: Int! = 50, after: String): EventConnection!
  history(first: Int! = 50, after: String): IndexChangeConnection!
  position: Int!
  authority: ID!  left: Boolean!  defaulted: Boolean  windows: Windows  todo: [TodoItem!]!
  disputes: [Dispute!]!  penaltiesApplied: [Penalty!]!  bonusesAwarded: [Bonus!]!
  diff(from: AsOf!, to: AsOf!): DossierDiff!  whatIf(without: [ID!], instead: [WhatIfLeaf!]): WhatIf!
}
type BeforeAfter { before: Decimal  after: Decimal }
type SumsChange { selfIndex: BeforeAfter!  index: BeforeAfter!  points: BeforeAfter!  assessed: BeforeAfter! }
type LeafChange { code: String!  name: String!  selfPoints: BeforeAfter!  appraisedPoints: BeforeAfter!
  computedPoints: BeforeAfter!  wasExcluded: Boolean!  excluded: Boolean!  by: [Int!]! }
type PlaceChange { rankBefore: Int  rankAfter: Int  gradeBefore: String  gradeAfter: String }
type EventChange { rubric: ID!  rubricHash: String!  sums: SumsChange!  leaves: [LeafChange!]! }
type DossierDiff { from: Int!  to: Int!  statusBefore: String  statusAfter: String  sums: SumsChange!  place: PlaceChange
  leaves: [LeafChange!]!  events: [DiffStep!]! }
type DiffStep { position: Int!  type: String!  recordedAt: DateTime!  sums: SumsChange!  leaves: [LeafChange!]!
  event: LedgerEvent }
type WhatIf { sums: SumsChange!  place: PlaceChange  leaves: [LeafChange!]!  fallen: [Int!]! }
type Explanation { kind: String!  text: BilingualText!  value: String  children: [Explanation!]! }
type AreaScore { code: String! name: String! max: Decimal! points: Decimal assessed: Decimal excluded: Decimal! lost: Decimal }
type LeafScore { code: String!  name: String!  max: Decimal!  selfPoints: Decimal  appraisedPoints: Decimal
  computedPoints: Decimal  lost: Decimal  excluded: Boolean!  support: Support  opinion: String  responsible: [String!]!
  figures: JSON  councilFigures: JSON  evidence: [Evidence!]!  disputes: [Dispute!]!  erased: [Erasure!]!
  excludedAs: String  survey: JSON  proposal: Proposal  returnedUntil: DateTime  remediationDue: Date
  story(first: Int! = 50, after: String): EventConnection!  previous: [PreviousLeaf!]!
  explanation: Explanation }
type Proposal { points: Decimal!  by: ID!  opinion: String  erased: [Erasure!]! }
type PreviousLeaf { unit: Unit!  round: ID!  code: String!  name: String!  max: Decimal!  appraisedPoints: Decimal
  lost: Decimal  plans: [Remediation!]! }
type Penalty { id: ID!  points: Decimal!  target: String!  basis: String  lifted: Boolean!  reason: String  erased: [Erasure!]! }
type Bonus { id: ID!  points: Decimal!  basis: String  revoked: Boolean!  reason: String  erased: [Erasure!]! }
type TodoItem { kind: TodoKind!  leaves: [String!]!  message: BilingualText! }
type Remediation { unit: ID!  round: ID!  plan: ID  leaves: [String!]!  lead: String  support: [String!]!  target: String
  due: Date!  status: String!  overdue: Boolean!  action: String  note: String  reason: String  erased: [Erasure!]! }
type Comparison { rounds: [ID!]!  areas: [Compared!]!  leaves: [Compared!]! }
type Compared { code: String!  name: String!  values: [ComparedValue!]! }
type ComparedValue { round: ID!  code: String  points: Decimal  assessed: Decimal  share: Decimal  change: Decimal }
type Work { unit: Unit!  round: ID!  status: String!  items: [WorkItem!]! }
type WorkItem { about: String!  state: WorkState!  due: DateTime! }
type UnitProgress { unit: Unit!  status: String!  submitted: Boolean!  defaulted: Boolean!  toFile: Int!  filed: Int!
  toAppraise: Int!  appraised: Int!  evidenceLacking: Int!  openDisputes: Int! }
type Grant { id: ID!  to: ID!  under: ID!  until: DateTime  basis: String  revoked: Boolean!  position: Int! }
type Evidence { id: ID!  leaf: String!  name: String  sha256: String!  size: Int!  mediaType: String!  number: String  dated: Date
  title: String  pages: String  erased: [Erasure!]! }
type Dispute { id: ID!  status: String!  about: String!  grounds: String  claimedPoints: Decimal  points: Decimal  reason: String  erased: [Erasure!]! }
type LedgerEvent { root: ID! position: Int! stream: ID! version: Int! id: ID! type: String! subject: ID! actor: ID!
  occurredAt: DateTime! recordedAt: DateTime! data: JSON! body: String! texts: [EventText!]! leafHash: String!
  change: EventChange }
type EventText { field: String!  text: String  salt: String  erased: Erasure }
type Erasure { field: String!  at: DateTime!  reason: String!  basis: String!  position: Int! }
type IndexPoint { unit: ID!  of: Int  basis: String  round: ID!  index: Decimal!  rank: Int  grade: String  imported: Boolean!  position: Int!  recordedAt: DateTime! }
type IndexChange { position: Int! recordedAt: DateTime! type: String! selfIndex: Decimal index: Decimal points: Decimal! assessed: Decimal! }
type Refusal { id: ID type: String recordedAt: DateTime! hash: String! actor: ID! problem: Problem! excerpt: String }
type Problem { type: String! title: BilingualText! detail: BilingualText! pointer: String }
type BilingualText { vi: String! en: String! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type UnitConnection { edges: [UnitEdge!]! pageInfo: PageInfo! }
type UnitEdge { cursor: String! node: Unit! }
type EventConnection { edges: [EventEdge!]! pageInfo: PageInfo! }
type EventEdge { cursor: String! node: LedgerEvent! }
type IndexChangeConnection { edges: [IndexChangeEdge!]! pageInfo: PageInfo! }
type IndexChangeEdge { cursor: String! node: IndexChange! }
type RefusalConnection { edges: [RefusalEdge!]! pageInfo: PageInfo! }
type RefusalEdge { cursor: String! node: Refusal! }
type WorkConnection { edges: [WorkEdge!]! pageInfo: PageInfo! }
type WorkEdge { cursor: String! node: Work! }
type UnitProgressConnection { edges: [UnitProgressEdge!]! pageInfo: PageInfo! }
type UnitProgressEdge { cursor: String! node: UnitProgress! }
type RemediationConnection { edges: [RemediationEdge!]! pageInfo: PageInfo! }
type RemediationEdge { cursor: String! node: Remediation! }
type GrantConnection { edges: [GrantEdge!]! pageInfo: PageInfo! }
type GrantEdge { cursor: String! node: Grant! }
"""  # noqa: E501


def fields(schema_text: str) -> dict[str, dict[str, str]]:
    """By type and field: the field's type and arguments."""
    schema = build_schema(schema_text)
    return {
        name: {
            field: f"{sorted(f'{a}: {v.type} = {v.default_value}' for a, v in held.args.items())} {held.type}"
            for field, held in kind.fields.items()
        }
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
    }


@pytest.mark.parametrize("introspection", [True, False])
def test_names_types_and_nullability_are_those_of_the_contract(introspection: bool) -> None:
    printed = build.build_schema(Limits(), introspection).as_str()
    assert fields(printed) == fields(CONTRACT)
    assert "= null" not in printed
