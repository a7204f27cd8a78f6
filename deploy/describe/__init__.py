"""What the outside may rely on, described from the code: `make docs` writes it under `docs/`.

A JSON Schema for each event type, an AsyncAPI document, the GraphQL schema. No type is described by hand: a
new one needs its names in `labels`, and no more.
"""
