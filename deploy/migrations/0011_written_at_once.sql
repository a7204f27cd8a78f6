-- The projector writes all that changed, and how far it has come, in one call: of what a few events cost it, most was round trips.

SET LOCAL ROLE parledger_owner;

-- Write what changed of a root, and that its rows stand as of p_position, if they stood at p_expected; else nothing, and answer false.
-- The position first: a rebuild that swaps tables holds it while it waits for them.
CREATE FUNCTION read.write_rows(
    p_root text, p_expected bigint, p_position bigint, p_recorded_at timestamptz,
    p_unit read.unit[], p_heir read.heir[], p_reading read.reading[], p_imported read.imported[], p_rubric read.rubric[],
    p_round read.round[], p_dossier read.dossier[], p_leaf read.leaf[], p_adjustment read.adjustment[], p_dispute read.dispute[],
    p_plan read.plan[], p_evidence read.evidence[], p_publication read.publication[], p_standing read.standing[], p_history read.history[], p_story read.story[])
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE read.progress SET position = p_position, recorded_at = p_recorded_at WHERE root = p_root AND position = p_expected;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF cardinality(p_unit) > 0 THEN  -- a unit as it is now
        INSERT INTO read.unit SELECT * FROM unnest(p_unit)
        ON CONFLICT (root, path) DO UPDATE
        SET parent = excluded.parent, name = excluded.name, kind = excluded.kind, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
            ended = excluded.ended;
    END IF;
    IF cardinality(p_heir) > 0 THEN  -- who took over from a unit; it never changes
        INSERT INTO read.heir SELECT * FROM unnest(p_heir)
        ON CONFLICT (root, unit) DO NOTHING;
    END IF;
    IF cardinality(p_reading) > 0 THEN  -- a grant as it is now
        INSERT INTO read.reading SELECT * FROM unnest(p_reading)
        ON CONFLICT (root, id) DO UPDATE
        SET tenant = excluded.tenant, under = excluded.under, until = excluded.until, basis = excluded.basis, said_at = excluded.said_at,
            revoked = excluded.revoked;
    END IF;
    IF cardinality(p_imported) > 0 THEN  -- a result from before the ledger, as it is told now
        INSERT INTO read.imported SELECT * FROM unnest(p_imported)
        ON CONFLICT (root, unit, round) DO UPDATE
        SET index = excluded.index, rank = excluded.rank, out_of = excluded.out_of, grade = excluded.grade, basis = excluded.basis,
            said_at = excluded.said_at;
    END IF;
    IF cardinality(p_rubric) > 0 THEN  -- a rubric; it never changes
        INSERT INTO read.rubric SELECT * FROM unnest(p_rubric)
        ON CONFLICT (root, id) DO NOTHING;
    END IF;
    IF cardinality(p_round) > 0 THEN  -- a round as it is now
        INSERT INTO read.round SELECT * FROM unnest(p_round)
        ON CONFLICT (root, authority, round) DO UPDATE
        SET name = excluded.name, kind = excluded.kind, period_from = excluded.period_from, period_to = excluded.period_to, rubrics = excluded.rubrics,
            units = excluded.units, windows = excluded.windows, extended = excluded.extended, appraisers = excluded.appraisers,
            released = excluded.released, published = excluded.published, cancelled = excluded.cancelled, published_at = excluded.published_at,
            position = excluded.position;
    END IF;
    IF cardinality(p_dossier) > 0 THEN  -- a dossier as it is now
        INSERT INTO read.dossier SELECT * FROM unnest(p_dossier)
        ON CONFLICT (root, unit, round) DO UPDATE
        SET authority = excluded.authority, kind = excluded.kind, rubric = excluded.rubric, status = excluded.status, released = excluded.released,
            submitted = excluded.submitted, defaulted = excluded.defaulted, gone = excluded.gone, self_index = excluded.self_index, index = excluded.index,
            grade = excluded.grade, points = excluded.points, assessed = excluded.assessed, excluded = excluded.excluded, lost = excluded.lost,
            coverage = excluded.coverage, final = excluded.final, bonus = excluded.bonus, penalties = excluded.penalties, areas = excluded.areas,
            counted = excluded.counted, appraised = excluded.appraised, due = excluded.due, filed = excluded.filed, unproved = excluded.unproved,
            disputed = excluded.disputed, position = excluded.position, grouped = excluded.grouped;
    END IF;
    IF cardinality(p_leaf) > 0 THEN  -- a leaf as it is now
        INSERT INTO read.leaf SELECT * FROM unnest(p_leaf)
        ON CONFLICT (root, unit, round, code) DO UPDATE
        SET self_points = excluded.self_points, appraised = excluded.appraised, computed = excluded.computed, unit_computed = excluded.unit_computed,
            support = excluded.support, self_support = excluded.self_support, excluded = excluded.excluded, lost = excluded.lost,
            figures = excluded.figures, council_figures = excluded.council_figures, survey = excluded.survey, proposed = excluded.proposed,
            proposed_at = excluded.proposed_at, returned_until = excluded.returned_until, required_due = excluded.required_due,
            required_at = excluded.required_at, filed_at = excluded.filed_at, appraised_at = excluded.appraised_at, responsible = excluded.responsible;
    END IF;
    IF cardinality(p_adjustment) > 0 THEN  -- a penalty or a bonus as it is now
        INSERT INTO read.adjustment SELECT * FROM unnest(p_adjustment)
        ON CONFLICT (root, unit, round, kind, id) DO UPDATE
        SET points = excluded.points, target = excluded.target, basis = excluded.basis, said_at = excluded.said_at, taken_back = excluded.taken_back;
    END IF;
    IF cardinality(p_dispute) > 0 THEN  -- a dispute as it is now
        INSERT INTO read.dispute SELECT * FROM unnest(p_dispute)
        ON CONFLICT (root, unit, round, id) DO UPDATE
        SET about = excluded.about, status = excluded.status, claimed = excluded.claimed, points = excluded.points, raised_at = excluded.raised_at,
            decided_at = excluded.decided_at;
    END IF;
    IF cardinality(p_plan) > 0 THEN  -- a remediation plan as it is now
        INSERT INTO read.plan SELECT * FROM unnest(p_plan)
        ON CONFLICT (root, unit, round, id) DO UPDATE
        SET leaves = excluded.leaves, lead = excluded.lead, support = excluded.support, target = excluded.target, due = excluded.due,
            status = excluded.status, planned_at = excluded.planned_at, reported_at = excluded.reported_at, confirmed_at = excluded.confirmed_at;
    END IF;
    IF cardinality(p_evidence) > 0 THEN  -- a piece of evidence as it is now
        INSERT INTO read.evidence SELECT * FROM unnest(p_evidence)
        ON CONFLICT (root, unit, round, evidence) DO UPDATE
        SET code = excluded.code, sha256 = excluded.sha256, size = excluded.size, media_type = excluded.media_type, number = excluded.number,
            dated = excluded.dated, issuer = excluded.issuer, pages = excluded.pages, attached_at = excluded.attached_at, withdrawn = excluded.withdrawn;
    END IF;
    IF cardinality(p_publication) > 0 THEN  -- a publication; it never changes
        INSERT INTO read.publication SELECT * FROM unnest(p_publication);
    END IF;
    IF cardinality(p_standing) > 0 THEN  -- a unit as it stood in a publication; it never changes
        INSERT INTO read.standing SELECT * FROM unnest(p_standing);
    END IF;
    IF cardinality(p_history) > 0 THEN  -- an event that changed a dossier's sums
        INSERT INTO read.history SELECT * FROM unnest(p_history);
    END IF;
    IF cardinality(p_story) > 0 THEN  -- an event that is about a leaf
        INSERT INTO read.story SELECT * FROM unnest(p_story);
    END IF;
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION read.write_rows TO parledger_scoring;
