"""The schema says what contracts say."""

import pytest
from graphql import GraphQLObjectType, build_schema

from services.query.config import Limits
from services.query.schema import build

CONTRACT = """
scalar Decimal scalar DateTime scalar Date scalar JSON
enum Support { SUPPORTED ROUNDING UNSUPPORTED }
type Query {
  me: Viewer!
  unit(path: ID!): Unit
  units(under: ID!, kind: String, first: Int! = 50, after: String): UnitConnection!
  rubric(authority: ID!, id: ID!): Rubric
  round(authority: ID!, round: ID!): Round
  standings(authority: ID!, round: ID!, kind: String): [Standing!]!
  dossier(unit: ID!, round: ID!): Dossier
  indexHistory(unit: ID!): [IndexPoint!]!
  event(root: ID!, position: Int!): LedgerEvent
  refusals(tenant: ID!, first: Int! = 50, after: String): RefusalConnection!
}
type Viewer { tenant: ID!  roles: [String!]!  actor: ID! }
type Unit { path: ID!  name: String!  kind: String!  parent: ID  from: Date  until: Date }
type Window { opens: DateTime!  closes: DateTime! }
type Round { authority: ID!  round: ID!  name: String!  kind: String!  rubrics: JSON!  units: [ID!]!  filing: Window!
  appraisal: Window!  disputes: Window!  released: Boolean!  published: Boolean! }
type Rubric { id: ID!  name: String!  hash: String!  total: Decimal!  areas: JSON! }
type Standing { unit: Unit!  kind: String!  index: Decimal  rank: Int  grade: String  points: Decimal  assessed: Decimal
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
}
type AreaScore { code: String! name: String! max: Decimal! points: Decimal assessed: Decimal excluded: Decimal! lost: Decimal }
type LeafScore { code: String!  name: String!  max: Decimal!  selfPoints: Decimal  appraisedPoints: Decimal
  computedPoints: Decimal  lost: Decimal  excluded: Boolean!  support: Support  opinion: String  responsible: [String!]!
  figures: JSON  councilFigures: JSON  evidence: [Evidence!]!  disputes: [Dispute!]! }
type Evidence { id: ID!  name: String  sha256: String!  size: Int!  mediaType: String!  number: String  dated: Date
  title: String  pages: String }
type Dispute { id: ID!  status: String!  about: String!  grounds: String  claimedPoints: Decimal  points: Decimal  reason: String }
type LedgerEvent { root: ID! position: Int! stream: ID! version: Int! id: ID! type: String! subject: ID! actor: ID!
  occurredAt: DateTime! recordedAt: DateTime! data: JSON! body: String! texts: [EventText!]! leafHash: String! }
type EventText { field: String!  text: String  salt: String }
type IndexPoint { round: ID!  index: Decimal!  rank: Int  grade: String  imported: Boolean!  position: Int!  recordedAt: DateTime! }
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
