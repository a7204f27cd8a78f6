-- The past. $1 are always the scopes of who asks, $2 the root.

-- name: moment
-- How far the read model has come, the last position recorded by the moment $3, and whether that moment is still to come.
SELECT p.position AS head, ledger.position_at($2, $3) AS at, $3 > now() AS to_come
FROM read.progress p
WHERE p.root = $2
  AND p.root = ANY (ledger.roots($1));

-- name: deciding
-- The events up to the position $7 that decide dossiers of the units $4 and rounds of the authorities $5, all of the round id $3, or
-- how the units $6 stood; $8 are the types that belong to rounds. What of these who asks may see, the function holds to by itself.
SELECT e.position, e.recorded_at, e.body
FROM ledger.deciding($2, $3, $4, $5, $6, $7, $8) AS e
WHERE $1::text[] IS NOT NULL;

-- name: standing_at
-- What the dossiers of the round $4 of the authority $3 had come to by the position $5: of those that the viewer sees.
SELECT d.unit, d.kind, d.grouped, d.rubric, d.released, ledger.above(d.unit, $1) AS above, d.index, d.points, d.assessed, d.coverage, d.final
FROM read.stood_at($2, $3, $4, $5) AS d
WHERE ledger.among(d.unit, $1);

-- name: published_at
-- The standings of the round $3 that were published at the position $4: of who stands in them, all of them.
SELECT s.unit, s.kind, s.grouped, s.index, s.rank, s.grade, s.points, s.assessed, $3 AS round, ledger.among(s.unit, $1) AS own
FROM read.publication p
JOIN read.standing s ON s.root = p.root AND s.position = p.position
WHERE p.root = $2
  AND p.position = $4
  AND p.round = $3
  AND (ledger.among(s.unit, $1) OR read.is_party(p.authority, p.units, $1))
ORDER BY s.kind COLLATE "C", s.rank NULLS LAST, s.unit COLLATE "C";

-- name: events_at
-- The events at these positions.
SELECT e.root, e.position, e.stream, e.version, e.event_id, e.name, e.actor, e.occurred_at, e.recorded_at, e.body, e.leaf_hash,
       ledger.above(split_part(e.stream, '@', 1), $1) AS above
FROM ledger.event e
WHERE e.root = $2
  AND e.position = ANY ($3::bigint[])
  AND ledger.among(split_part(e.stream, '@', 1), $1);
