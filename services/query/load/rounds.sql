-- Rounds and rubrics: the viewer's own, those of units below it, and those that a unit in its scope is appraised under.
-- $1 are always the scopes of who asks, $2 the root. OFFSET: not all dossiers are to be read for whether there is one.

-- name: rounds
-- These rounds of these authorities.
SELECT r.authority, r.round, r.name, r.kind, r.rubrics, r.units, r.windows, r.released, r.published, r.period_from, r.period_to,
       r.extended, r.appraisers, r.cancelled, r.published_at, ledger.among(r.authority, $1) AS presides
FROM unnest($3::text[], $4::text[]) AS k (authority, round)
CROSS JOIN LATERAL (
    SELECT i.* FROM read.round i WHERE i.root = $2 AND i.authority = k.authority AND i.round = k.round LIMIT 1
) AS r
WHERE (ledger.among(r.authority, $1)
       OR EXISTS (SELECT FROM read.dossier d
                  WHERE d.root = $2 AND d.authority = r.authority AND d.round = r.round AND ledger.among(d.unit, $1)
                  OFFSET 0));

-- name: publications
-- The publications at these positions.
SELECT p.position, p.recorded_at, p.document, p.rubrics
FROM read.publication p
WHERE p.root = $2
  AND p.position = ANY ($3::bigint[])
  AND read.is_party(p.authority, p.units, $1);

-- name: standings
-- The standings of the latest publication of the round $4 of the authority $3: of who stands in them, all of them.
SELECT s.unit, s.kind, s.grouped, s.index, s.rank, s.grade, s.points, s.assessed, r.round, ledger.among(s.unit, $1) AS own
FROM read.round r
JOIN read.publication p ON p.root = r.root AND p.position = r.published_at
JOIN read.standing s ON s.root = p.root AND s.position = p.position
WHERE r.root = $2
  AND r.authority = $3
  AND r.round = $4
  AND (ledger.among(s.unit, $1) OR read.is_party(p.authority, p.units, $1))
ORDER BY s.kind COLLATE "C", s.rank NULLS LAST, s.unit COLLATE "C";

-- name: standings_of_units
-- How these units stood when these rounds of theirs were published last.
SELECT s.unit, s.kind, s.grouped, s.index, s.rank, s.grade, s.points, s.assessed, d.round, true AS own
FROM unnest($3::text[], $4::text[]) AS k (unit, round)
CROSS JOIN LATERAL (
    SELECT i.*
    FROM read.dossier i
    WHERE i.root = $2 AND i.unit = k.unit AND i.round = k.round AND ledger.among(i.unit, $1)
    LIMIT 1
) AS d
CROSS JOIN LATERAL (
    SELECT i.* FROM read.round i WHERE i.root = $2 AND i.authority = d.authority AND i.round = d.round LIMIT 1
) AS r
CROSS JOIN LATERAL (
    SELECT i.* FROM read.standing i WHERE i.root = $2 AND i.position = r.published_at AND i.unit = d.unit LIMIT 1
) AS s;

-- name: rubrics
-- The rubrics with these ids, without their bodies.
SELECT r.id, r.authority, r.name, r.hash
FROM read.rubric r
WHERE r.root = $2
  AND r.id = ANY ($3::text[])
  AND (ledger.among(r.authority, $1)
       OR EXISTS (SELECT FROM read.dossier d WHERE d.root = r.root AND d.rubric = r.id AND ledger.among(d.unit, $1) OFFSET 0));

-- name: rubric_bodies
-- The canonical JSON of the rubrics with these ids.
SELECT r.id, r.body
FROM read.rubric r
WHERE r.root = $2
  AND r.id = ANY ($3::text[])
  AND (ledger.among(r.authority, $1)
       OR EXISTS (SELECT FROM read.dossier d WHERE d.root = r.root AND d.rubric = r.id AND ledger.among(d.unit, $1) OFFSET 0));
