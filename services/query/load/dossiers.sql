-- Dossiers, their leaves and how their indices changed: of the viewer and of units below it.

-- name: dossiers
-- The dossiers of these units in these rounds.
SELECT d.unit, d.round, d.authority, d.kind, d.rubric, d.status, d.released, d.self_index, d.index, d.grade, d.points,
       d.assessed, d.excluded, d.lost, d.coverage, d.final, d.bonus, d.penalties, d.areas, d.grouped
FROM unnest($2::text[], $3::text[]) AS k (unit, round)
JOIN read.dossier d ON d.unit = k.unit AND d.round = k.round
WHERE d.root = split_part($1, '/', 1)
  AND ledger.within(d.unit, $1);

-- name: dossiers_of_rounds
-- All dossiers in these rounds of these authorities.
SELECT d.unit, d.round, d.authority, d.kind, d.rubric, d.status, d.released, d.self_index, d.index, d.grade, d.points,
       d.assessed, d.excluded, d.lost, d.coverage, d.final, d.bonus, d.penalties, d.areas, d.grouped
FROM unnest($2::text[], $3::text[]) AS k (authority, round)
JOIN read.dossier d ON d.authority = k.authority AND d.round = k.round
WHERE d.root = split_part($1, '/', 1)
  AND ledger.within(d.unit, $1);

-- name: dossiers_of_unit
-- Every dossier of one unit.
SELECT d.unit, d.round, d.authority, d.kind, d.rubric, d.status, d.released, d.self_index, d.index, d.grade, d.points,
       d.assessed, d.excluded, d.lost, d.coverage, d.final, d.bonus, d.penalties, d.areas, d.grouped
FROM read.dossier d
WHERE d.root = split_part($1, '/', 1)
  AND d.unit = $2
  AND ledger.within(d.unit, $1);

-- name: leaves
-- What happened to the leaves of these dossiers.
SELECT l.unit, l.round, l.code, l.self_points, l.appraised, l.computed, l.unit_computed, l.support, l.excluded, l.lost,
       l.figures, l.council_figures, l.appraised_at, l.responsible
FROM unnest($2::text[], $3::text[]) AS k (unit, round)
JOIN read.leaf l ON l.unit = k.unit AND l.round = k.round
WHERE l.root = split_part($1, '/', 1)
  AND ledger.within(l.unit, $1);

-- name: history
-- Of each of these dossiers, a page of the changes of its index after a position.
SELECT k.ordinal, h.position, h.name, h.recorded_at, h.self_index, h.index, h.points, h.assessed
FROM unnest($2::text[], $3::text[], $4::bigint[], $5::integer[]) WITH ORDINALITY AS k (unit, round, after, most, ordinal)
CROSS JOIN LATERAL (
    SELECT i.*
    FROM read.history i
    WHERE i.root = split_part($1, '/', 1)
      AND i.unit = k.unit
      AND i.round = k.round
      AND i.position > k.after
      AND ledger.within(i.unit, $1)
    ORDER BY i.position
    LIMIT k.most
) AS h
ORDER BY k.ordinal, h.position;

-- name: last_changes
-- Per round of one unit, the last event that changed its index (not its self index alone).
SELECT DISTINCT ON (c.round) c.round, c.position, c.recorded_at
FROM (
    SELECT h.round, h.position, h.recorded_at, h.index,
           lag(h.index) OVER (PARTITION BY h.round ORDER BY h.position) AS before
    FROM read.history h
    WHERE h.root = split_part($1, '/', 1)
      AND h.unit = $2
      AND ledger.within(h.unit, $1)
) AS c
WHERE c.index IS DISTINCT FROM c.before
ORDER BY c.round, c.position DESC;

-- name: position
-- Up to which position of the viewer's root everything here was read.
SELECT p.position
FROM read.progress p
WHERE p.root = split_part($1, '/', 1);
