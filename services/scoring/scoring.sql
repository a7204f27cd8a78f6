-- name: lock_progress
-- The position as of which a root's rows stand; locked, so that a rebuild and the projector take turns.
SELECT position FROM read.progress WHERE root = $1 FOR UPDATE;

-- name: progress
-- The same, to look at.
SELECT position FROM read.progress WHERE root = $1;

-- name: write
-- The rows that changed of a root that stood at $2, and that it stands at $3 now, of the moment $4; false where it stood elsewhere.
SELECT read.write_rows($1, $2, $3, $4, p_unit => $5, p_heir => $6, p_reading => $7, p_imported => $8, p_rubric => $9, p_round => $10,
                       p_dossier => $11, p_leaf => $12, p_adjustment => $13, p_dispute => $14, p_plan => $15, p_evidence => $16,
                       p_publication => $17, p_standing => $18, p_history => $19, p_story => $20);

-- name: move_progress
-- The rows now stand as of this position.
UPDATE read.progress SET position = $2, recorded_at = $3 WHERE root = $1;

-- name: begin_rebuild
-- Fresh, empty tables for a root.
SELECT read.begin_rebuild($1);

-- name: finish_rebuild
-- The fresh tables take the place of those that stand.
SELECT read.finish_rebuild($1);
