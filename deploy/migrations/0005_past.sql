-- The past: which position a moment is, and the events that a fold as of a position takes. Query folds them with the domain's own code.

SET LOCAL ROLE parledger_owner;

-- The last position of a root that was recorded by a moment; NULL for who sees nothing of the root. Times never fall as positions rise, so
-- it is found by halving.
CREATE FUNCTION ledger.position_at(p_root text, p_moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ledger, pg_temp
AS $$
DECLARE
    low bigint := 0;
    high bigint;
    middle bigint;
BEGIN
    SELECT h.position INTO high FROM ledger.head h WHERE h.root = p_root AND p_root = ANY (ledger.roots(ledger.scopes()));
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        IF (SELECT e.recorded_at FROM ledger.event e WHERE e.root = p_root AND e.position = middle) <= p_moment THEN
            low := middle;
        ELSE
            high := middle - 1;
        END IF;
    END LOOP;
    RETURN CASE WHEN high IS NULL THEN NULL ELSE low END;
END
$$;

-- The events up to a position without which dossiers of a round id, rounds of these authorities, or units would not be folded the same:
-- their own streams, the rounds' streams; of the tree, how the units of those rounds came to be, and the rubrics of their dossiers.
-- p_round_types are the types that belong to rounds: a round's stream has the name of its authority's own dossier.
-- Only of what the caller may see; a fold takes more than the caller may be shown, and query shows what the caller may see of the fold.
CREATE FUNCTION ledger.deciding(
    p_root text, p_round text, p_dossiers text[], p_rounds text[], p_units text[], p_until bigint, p_round_types text[])
RETURNS TABLE ("position" bigint, recorded_at timestamptz, body bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ledger, pg_temp
    -- Streams are looked up one by one and in order, however young or old the ledger is; the sum keeps the planner off the index of positions.
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
AS $$
#variable_conflict use_column
DECLARE
    scopes text[] := ledger.scopes();
    dossiers text[];
    rounds text[];
    units text[];
    rubrics bigint[];
BEGIN
    -- A dossier that is computed from those below it takes them too, also for who sees none but that one.
    SELECT array_agg(d.unit), array_agg(DISTINCT d.authority) INTO dossiers, rounds FROM read.dossier d
    WHERE d.root = p_root AND d.unit = ANY (p_dossiers) AND d.round = p_round
      AND EXISTS (SELECT FROM unnest(p_dossiers) AS above (unit)
                  WHERE ledger.within(d.unit, above.unit) AND ledger.among(above.unit, scopes));

    SELECT rounds || array_agg(r.authority) INTO rounds FROM read.round r
    WHERE r.root = p_root AND r.authority = ANY (p_rounds) AND r.round = p_round
      AND (ledger.among(r.authority, scopes)
           OR EXISTS (SELECT FROM read.dossier d WHERE d.root = p_root AND d.authority = r.authority AND d.round = p_round
                                                   AND ledger.among(d.unit, scopes)));

    SELECT array_agg(u.path) INTO units FROM read.unit u
    WHERE u.root = p_root AND u.path = ANY (p_units)
      AND (ledger.among(u.path, scopes) OR u.path = ANY (ledger.lineage(scopes)) OR u.path = ANY (read.named(scopes)));

    SELECT units || array_agg(d.unit), array_agg(DISTINCT b.position) INTO units, rubrics
    FROM read.dossier d JOIN read.rubric b ON b.root = d.root AND b.id = d.rubric
    WHERE d.root = p_root AND d.authority = ANY (rounds) AND d.round = p_round;

    RETURN QUERY
        SELECT e.position, e.recorded_at, e.body
        FROM (SELECT DISTINCT s || '@' || p_round FROM unnest(dossiers) AS s) AS k (stream)
        CROSS JOIN LATERAL (SELECT i.* FROM ledger.event i WHERE i.root = p_root AND i.stream = k.stream ORDER BY i.version) AS e
        WHERE e.name <> ALL (p_round_types) AND e.position + 0 <= p_until
        UNION ALL
        SELECT e.position, e.recorded_at, e.body
        FROM (SELECT DISTINCT s || '@' || p_round FROM unnest(rounds) AS s) AS k (stream)
        CROSS JOIN LATERAL (SELECT i.* FROM ledger.event i WHERE i.root = p_root AND i.stream = k.stream ORDER BY i.version) AS e
        WHERE e.name = ANY (p_round_types) AND e.position + 0 <= p_until
        UNION ALL
        SELECT e.position, e.recorded_at, e.body
        FROM (SELECT DISTINCT s FROM unnest(units || p_root) AS s WHERE cardinality(units) > 0) AS k (stream)
        CROSS JOIN LATERAL (SELECT i.* FROM ledger.event i WHERE i.root = p_root AND i.stream = k.stream ORDER BY i.version) AS e
        WHERE e.name IN ('UnitRegistered', 'UnitChanged', 'UnitsReorganised') AND e.position + 0 <= p_until
        UNION ALL
        SELECT e.position, e.recorded_at, e.body
        FROM unnest(rubrics) AS k (at)
        CROSS JOIN LATERAL (SELECT i.* FROM ledger.event i WHERE i.root = p_root AND i.position = k.at) AS e
        WHERE e.position + 0 <= p_until
        ORDER BY 1;
END
$$;

-- What the dossiers that were ever in a round had come to by a position: the last row of the history of each, looked up one by one.
CREATE FUNCTION read.stood_at(p_root text, p_authority text, p_round text, p_until bigint)
RETURNS TABLE (unit text, kind text, grouped text, rubric text, released boolean, index bigint, points bigint, assessed bigint,
               coverage integer, final boolean)
LANGUAGE sql STABLE
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
AS $$
    SELECT d.unit, d.kind, d.grouped, d.rubric, d.released, h.index, h.points, h.assessed, h.coverage, h.final
    FROM read.dossier d
    CROSS JOIN LATERAL (
        SELECT i.index, i.points, i.assessed, i.coverage, i.final
        FROM read.history i
        WHERE i.root = p_root AND i.unit = d.unit AND i.round = p_round AND i.position <= p_until
        ORDER BY i.position DESC
        LIMIT 1
    ) AS h
    WHERE d.root = p_root AND d.authority = p_authority AND d.round = p_round
$$;

GRANT EXECUTE ON FUNCTION ledger.position_at, ledger.deciding, read.stood_at TO parledger_query;
