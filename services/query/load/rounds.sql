-- Rounds and rubrics: the viewer's own, those of units below it, and those that a unit in its scope is appraised under.

-- name: round
-- The round $3 of the authority $2.
SELECT r.authority, r.round, r.name, r.kind, r.rubrics, r.units, r.windows, r.released, r.published
FROM read.round r
WHERE r.root = split_part($1, '/', 1)
  AND r.authority = $2
  AND r.round = $3
  AND (ledger.within(r.authority, $1)
       OR EXISTS (SELECT FROM read.dossier d
                  WHERE d.root = r.root AND d.authority = r.authority AND d.round = r.round AND ledger.within(d.unit, $1)));

-- name: rubrics
-- The rubrics with these ids, without their bodies.
SELECT r.id, r.authority, r.name, r.hash
FROM read.rubric r
WHERE r.root = split_part($1, '/', 1)
  AND r.id = ANY ($2::text[])
  AND (ledger.within(r.authority, $1)
       OR EXISTS (SELECT FROM read.dossier d
                  WHERE d.root = r.root AND d.rubric = r.id AND ledger.within(d.unit, $1)));

-- name: rubric_bodies
-- The canonical JSON of the rubrics with these ids.
SELECT r.id, r.body
FROM read.rubric r
WHERE r.root = split_part($1, '/', 1)
  AND r.id = ANY ($2::text[])
  AND (ledger.within(r.authority, $1)
       OR EXISTS (SELECT FROM read.dossier d
                  WHERE d.root = r.root AND d.rubric = r.id AND ledger.within(d.unit, $1)));
