-- Dossiers, their leaves and how their indices changed. $1 are always the scopes of who asks, $2 the root.
-- What is asked for by keys is looked up key by key: LIMIT and OFFSET hold the planner to that, whatever it takes the tables for.

-- name: dossiers
-- The dossiers of these units in these rounds.
SELECT d.unit, d.round, d.authority, d.kind, d.rubric, d.status, d.released, d.self_index, d.index, d.grade, d.points,
       d.assessed, d.excluded, d.lost, d.coverage, d.final, d.bonus, d.penalties, d.areas, d.grouped, d.submitted, d.defaulted,
       d.gone, d.counted, d.appraised, d.due, d.filed, d.unproved, d.disputed, ledger.above(d.unit, $1) AS above
FROM unnest($3::text[], $4::text[]) AS k (unit, round)
CROSS JOIN LATERAL (
    SELECT i.*
    FROM read.dossier i
    WHERE i.root = $2 AND i.unit = k.unit AND i.round = k.round AND ledger.among(i.unit, $1)
    LIMIT 1
) AS d;

-- name: dossiers_of_rounds
-- What all dossiers that are in these rounds of these authorities have come to.
SELECT d.unit, d.kind, d.grouped, d.released, ledger.above(d.unit, $1) AS above, d.index, d.grade, d.points, d.assessed, d.coverage, d.final,
       k.ordinal
FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS k (authority, round, ordinal)
CROSS JOIN LATERAL (
    SELECT i.*
    FROM read.dossier i
    WHERE i.root = $2 AND i.authority = k.authority AND i.round = k.round AND NOT i.gone AND ledger.among(i.unit, $1)
    OFFSET 0
) AS d;

-- name: page_of_round
-- A page of the dossiers in the round $4 of the authority $3, by unit, after $5, at most $6; with $7 only those in which something is
-- still to be done: a leaf to be appraised, returned or proposed on, an open dispute.
SELECT d.unit, d.round, d.authority, d.kind, d.rubric, d.status, d.released, d.self_index, d.index, d.grade, d.points,
       d.assessed, d.excluded, d.lost, d.coverage, d.final, d.bonus, d.penalties, d.areas, d.grouped, d.submitted, d.defaulted,
       d.gone, d.counted, d.appraised, d.due, d.filed, d.unproved, d.disputed, ledger.above(d.unit, $1) AS above
FROM read.dossier d
WHERE d.root = $2
  AND d.authority = $3
  AND d.round = $4
  AND d.unit COLLATE "C" > $5::text
  AND NOT d.gone
  AND ledger.among(d.authority, $1)
  AND ledger.among(d.unit, $1)
  AND (NOT $7::boolean
       OR d.appraised < d.counted
       OR d.disputed > 0
       OR EXISTS (SELECT FROM read.leaf l
                  WHERE l.root = d.root AND l.unit = d.unit AND l.round = d.round
                    AND (now() < l.returned_until OR (l.proposed IS NOT NULL AND l.appraised IS NULL))
                  OFFSET 0))
ORDER BY d.unit COLLATE "C"
LIMIT $6;

-- name: dossiers_of_units
-- Every dossier that counted of these units: in rounds that they did not leave and that were not cancelled.
SELECT d.unit, d.round, d.authority, d.kind, d.rubric, d.status, d.released, d.self_index, d.index, d.grade, d.points,
       d.assessed, d.excluded, d.lost, d.coverage, d.final, d.bonus, d.penalties, d.areas, d.grouped, d.submitted, d.defaulted,
       d.gone, d.counted, d.appraised, d.due, d.filed, d.unproved, d.disputed, ledger.above(d.unit, $1) AS above
FROM read.dossier d
JOIN read.round r ON r.root = d.root AND r.authority = d.authority AND r.round = d.round
WHERE d.root = $2
  AND d.unit = ANY ($3::text[])
  AND NOT d.gone
  AND NOT r.cancelled
  AND ledger.among(d.unit, $1);

-- name: earlier_dossiers
-- Of each of these dossiers, those of the latest annual round before it: of its unit, and of the unit's predecessors.
SELECT e.unit, e.round, e.authority, e.kind, e.rubric, e.status, e.released, e.self_index, e.index, e.grade, e.points,
       e.assessed, e.excluded, e.lost, e.coverage, e.final, e.bonus, e.penalties, e.areas, e.grouped, e.submitted, e.defaulted,
       e.gone, e.counted, e.appraised, e.due, e.filed, e.unproved, e.disputed, ledger.above(e.unit, $1) AS above, k.ordinal, e.depth
FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS k (unit, round, ordinal)
CROSS JOIN LATERAL (
    SELECT i.authority
    FROM read.dossier i
    WHERE i.root = $2 AND i.unit = k.unit AND i.round = k.round AND ledger.among(i.unit, $1)
    LIMIT 1
) AS d
CROSS JOIN LATERAL (
    SELECT i.period_from FROM read.round i WHERE i.root = $2 AND i.authority = d.authority AND i.round = k.round LIMIT 1
) AS r
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (c.unit) c.*, u.depth
    FROM read.line_of($2, k.unit) AS u
    CROSS JOIN LATERAL (
        SELECT i.* FROM read.dossier i WHERE i.root = $2 AND i.unit = u.unit AND NOT i.gone AND ledger.among(i.unit, $1) OFFSET 0
    ) AS c
    CROSS JOIN LATERAL (
        SELECT i.* FROM read.round i WHERE i.root = $2 AND i.authority = c.authority AND i.round = c.round LIMIT 1
    ) AS o
    WHERE o.kind = 'annual'
      AND NOT o.cancelled
      AND o.period_from < r.period_from
    ORDER BY c.unit, o.period_from DESC, o.position DESC
) AS e
ORDER BY k.ordinal, e.depth, e.unit COLLATE "C"
LIMIT 2000;

-- name: leaves
-- What happened to the leaves of these dossiers.
SELECT l.unit, l.round, l.code, l.self_points, l.appraised, l.computed, l.unit_computed, l.support, l.self_support, l.excluded, l.lost,
       l.figures, l.council_figures, l.survey, l.proposed, l.proposed_at, l.returned_until, l.required_due, l.appraised_at, l.responsible,
       (SELECT e.source FROM ledger.event e WHERE e.root = l.root AND e.position = l.proposed_at) AS proposed_by
FROM unnest($3::text[], $4::text[]) AS k (unit, round)
CROSS JOIN LATERAL (
    SELECT i.*
    FROM read.leaf i
    WHERE i.root = $2 AND i.unit = k.unit AND i.round = k.round AND ledger.among(i.unit, $1)
    OFFSET 0
) AS l;

-- name: history
-- Of each of these dossiers, a page of the changes of its index after a position, up to another where one is named.
SELECT k.ordinal, h.position, h.name, h.recorded_at, h.self_index, h.index, h.points, h.assessed
FROM unnest($3::text[], $4::text[], $5::bigint[], $6::integer[], $7::bigint[]) WITH ORDINALITY
     AS k (unit, round, after, most, until, ordinal)
CROSS JOIN LATERAL (
    SELECT i.*
    FROM read.history i
    WHERE i.root = $2
      AND i.unit = k.unit
      AND i.round = k.round
      AND i.position > k.after
      AND i.position <= coalesce(k.until, i.position)
      AND i.moved
      AND ledger.among(i.unit, $1)
    ORDER BY i.position
    LIMIT k.most
) AS h
ORDER BY k.ordinal, h.position;

-- name: last_changes
-- Per dossier of these units, the last event that changed its index (not its self index alone).
SELECT DISTINCT ON (c.unit, c.round) c.unit, c.round, c.position, c.recorded_at
FROM (
    SELECT h.unit, h.round, h.position, h.recorded_at, h.index,
           lag(h.index) OVER (PARTITION BY h.unit, h.round ORDER BY h.position) AS before
    FROM read.history h
    WHERE h.root = $2
      AND h.unit = ANY ($3::text[])
      AND ledger.among(h.unit, $1)
) AS c
WHERE c.index IS DISTINCT FROM c.before
ORDER BY c.unit, c.round, c.position DESC;

-- name: imported
-- Results of these units from before the ledger.
SELECT i.unit, i.round, i.index, i.rank, i.out_of, i.grade, i.basis, i.said_at, e.recorded_at
FROM read.imported i
CROSS JOIN LATERAL (SELECT o.recorded_at FROM ledger.event o WHERE o.root = $2 AND o.position = i.said_at LIMIT 1) AS e
WHERE i.root = $2
  AND i.unit = ANY ($3::text[])
  AND ledger.among(i.unit, $1);
