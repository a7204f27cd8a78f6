-- name: lock_progress
-- The position as of which a root's rows stand; locked, so that a rebuild and the projector take turns.
SELECT position FROM read.progress WHERE root = $1 FOR UPDATE;

-- name: progress
-- The same, to look at.
SELECT position FROM read.progress WHERE root = $1;

-- name: move_from
-- The same, if they stood at $4; nothing where they did not. Locked until the rows are written, so that a rebuild and the projector take turns.
UPDATE read.progress SET position = $2, recorded_at = $3 WHERE root = $1 AND position = $4 RETURNING position;

-- name: move_progress
-- The rows now stand as of this position.
UPDATE read.progress SET position = $2, recorded_at = $3 WHERE root = $1;

-- name: unit
-- A unit as it is now.
INSERT INTO read.unit VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (root, path) DO UPDATE
SET parent = excluded.parent, name = excluded.name, kind = excluded.kind, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
    ended = excluded.ended;

-- name: heir
-- Who took over from a unit; it never changes.
INSERT INTO read.heir VALUES ($1, $2, $3)
ON CONFLICT (root, unit) DO NOTHING;

-- name: reading
-- A grant as it is now.
INSERT INTO read.reading VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (root, id) DO UPDATE
SET tenant = excluded.tenant, under = excluded.under, until = excluded.until, basis = excluded.basis, said_at = excluded.said_at,
    revoked = excluded.revoked;

-- name: imported
-- A result from before the ledger, as it is told now.
INSERT INTO read.imported VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (root, unit, round) DO UPDATE
SET index = excluded.index, rank = excluded.rank, out_of = excluded.out_of, grade = excluded.grade, basis = excluded.basis,
    said_at = excluded.said_at;

-- name: round
-- A round as it is now.
INSERT INTO read.round VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (root, authority, round) DO UPDATE
SET name = excluded.name, kind = excluded.kind, period_from = excluded.period_from, period_to = excluded.period_to, rubrics = excluded.rubrics,
    units = excluded.units, windows = excluded.windows, extended = excluded.extended, appraisers = excluded.appraisers,
    released = excluded.released, published = excluded.published, cancelled = excluded.cancelled, published_at = excluded.published_at,
    position = excluded.position;

-- name: rubric
-- A rubric; it never changes.
INSERT INTO read.rubric VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (root, id) DO NOTHING;

-- name: dossier
-- A dossier as it is now.
INSERT INTO read.dossier VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
    $24, $25, $26, $27, $28, $29, $30, $31)
ON CONFLICT (root, unit, round) DO UPDATE
SET authority = excluded.authority, kind = excluded.kind, rubric = excluded.rubric, status = excluded.status, released = excluded.released,
    submitted = excluded.submitted, defaulted = excluded.defaulted, gone = excluded.gone, self_index = excluded.self_index, index = excluded.index,
    grade = excluded.grade, points = excluded.points, assessed = excluded.assessed, excluded = excluded.excluded, lost = excluded.lost,
    coverage = excluded.coverage, final = excluded.final, bonus = excluded.bonus, penalties = excluded.penalties, areas = excluded.areas,
    counted = excluded.counted, appraised = excluded.appraised, due = excluded.due, filed = excluded.filed, unproved = excluded.unproved,
    disputed = excluded.disputed, position = excluded.position, grouped = excluded.grouped;

-- name: leaf
-- A leaf as it is now.
INSERT INTO read.leaf VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
ON CONFLICT (root, unit, round, code) DO UPDATE
SET self_points = excluded.self_points, appraised = excluded.appraised, computed = excluded.computed, unit_computed = excluded.unit_computed,
    support = excluded.support, self_support = excluded.self_support, excluded = excluded.excluded, lost = excluded.lost,
    figures = excluded.figures, council_figures = excluded.council_figures, survey = excluded.survey, proposed = excluded.proposed,
    proposed_at = excluded.proposed_at, returned_until = excluded.returned_until, required_due = excluded.required_due,
    required_at = excluded.required_at, filed_at = excluded.filed_at, appraised_at = excluded.appraised_at, responsible = excluded.responsible;

-- name: adjustment
-- A penalty or a bonus as it is now.
INSERT INTO read.adjustment VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (root, unit, round, kind, id) DO UPDATE
SET points = excluded.points, target = excluded.target, basis = excluded.basis, said_at = excluded.said_at, taken_back = excluded.taken_back;

-- name: dispute
-- A dispute as it is now.
INSERT INTO read.dispute VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (root, unit, round, id) DO UPDATE
SET about = excluded.about, status = excluded.status, claimed = excluded.claimed, points = excluded.points, raised_at = excluded.raised_at,
    decided_at = excluded.decided_at;

-- name: plan
-- A remediation plan as it is now.
INSERT INTO read.plan VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (root, unit, round, id) DO UPDATE
SET leaves = excluded.leaves, lead = excluded.lead, support = excluded.support, target = excluded.target, due = excluded.due,
    status = excluded.status, planned_at = excluded.planned_at, reported_at = excluded.reported_at, confirmed_at = excluded.confirmed_at;

-- name: evidence
-- A piece of evidence as it is now.
INSERT INTO read.evidence VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (root, unit, round, evidence) DO UPDATE
SET code = excluded.code, sha256 = excluded.sha256, size = excluded.size, media_type = excluded.media_type, number = excluded.number,
    dated = excluded.dated, issuer = excluded.issuer, pages = excluded.pages, attached_at = excluded.attached_at, withdrawn = excluded.withdrawn;

-- name: publication
-- A publication; it never changes.
INSERT INTO read.publication VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: standing
-- A unit as it stood in a publication; it never changes.
INSERT INTO read.standing VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: history
-- An event that changed a dossier's sums.
INSERT INTO read.history VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: story
-- An event that is about a leaf.
INSERT INTO read.story VALUES ($1, $2, $3, $4, $5);

-- name: begin_rebuild
-- Fresh, empty tables for a root.
SELECT read.begin_rebuild($1);

-- name: finish_rebuild
-- The fresh tables take the place of those that stand.
SELECT read.finish_rebuild($1);
