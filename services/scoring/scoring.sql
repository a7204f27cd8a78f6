-- name: lock_progress
-- The position as of which a root's rows stand; locked, so that a rebuild and the projector take turns.
SELECT position FROM read.progress WHERE root = $1 FOR UPDATE;

-- name: progress
-- The same, to look at.
SELECT position FROM read.progress WHERE root = $1;

-- name: move_progress
-- The rows now stand as of this position.
UPDATE read.progress SET position = $2, recorded_at = $3 WHERE root = $1;

-- name: unit
-- A unit as it is now.
INSERT INTO read.unit VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (root, path) DO UPDATE
SET parent = excluded.parent, name = excluded.name, kind = excluded.kind, valid_from = excluded.valid_from, valid_until = excluded.valid_until;

-- name: rubric
-- A rubric; it never changes.
INSERT INTO read.rubric VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (root, id) DO NOTHING;

-- name: round
-- A round as it is now.
INSERT INTO read.round VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (root, authority, round) DO UPDATE
SET name = excluded.name, kind = excluded.kind, rubrics = excluded.rubrics, units = excluded.units, windows = excluded.windows,
    released = excluded.released, published = excluded.published, position = excluded.position;

-- name: dossier
-- A dossier as it is now.
INSERT INTO read.dossier VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
ON CONFLICT (root, unit, round) DO UPDATE
SET authority = excluded.authority, kind = excluded.kind, rubric = excluded.rubric, status = excluded.status,
    released = excluded.released, self_index = excluded.self_index, index = excluded.index, grade = excluded.grade,
    points = excluded.points, assessed = excluded.assessed, excluded = excluded.excluded, lost = excluded.lost,
    coverage = excluded.coverage, final = excluded.final, bonus = excluded.bonus, penalties = excluded.penalties,
    areas = excluded.areas, position = excluded.position, grouped = excluded.grouped;

-- name: leaf
-- A leaf as it is now.
INSERT INTO read.leaf VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (root, unit, round, code) DO UPDATE
SET self_points = excluded.self_points, appraised = excluded.appraised, computed = excluded.computed,
    unit_computed = excluded.unit_computed, support = excluded.support, excluded = excluded.excluded, lost = excluded.lost,
    figures = excluded.figures, council_figures = excluded.council_figures, filed_at = excluded.filed_at,
    appraised_at = excluded.appraised_at, responsible = excluded.responsible;

-- name: history
-- An event that changed an index.
INSERT INTO read.history VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: evidence
-- A piece of evidence as it is now.
INSERT INTO read.evidence VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (root, unit, round, evidence) DO UPDATE SET withdrawn = excluded.withdrawn;

-- name: begin_rebuild
-- Fresh, empty tables for a root.
SELECT read.begin_rebuild($1);

-- name: finish_rebuild
-- The fresh tables take the place of those that stand.
SELECT read.finish_rebuild($1);
