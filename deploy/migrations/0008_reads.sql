-- What is read hangs on what is asked: not on how many roots there are, nor on what the planner takes for cheap.

-- The tables of a root's read model are their owner's, whoever prepares a root: only then may their parent get a trigger.
DO $owner$
DECLARE
    part regclass;
BEGIN
    FOR part IN
        SELECT i.inhrelid::regclass FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent
        WHERE c.relnamespace = 'read'::regnamespace AND c.relkind = 'p'
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO parledger_owner', part);
    END LOOP;
END
$owner$;

SET LOCAL ROLE parledger_owner;

CREATE OR REPLACE FUNCTION read.make_fresh(p_table text, p_root text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    fresh text := read.partition_name(p_table, p_root, true);
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS read.%I', fresh);
    EXECUTE format('CREATE TABLE read.%I (LIKE read.%I INCLUDING ALL, CONSTRAINT %I CHECK (root = %L))',
                   fresh, p_table, 'of_one_root', p_root);
    EXECUTE format('ALTER TABLE read.%I OWNER TO parledger_owner', fresh);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON read.%I TO parledger_scoring', fresh);
END
$$;

-- Who may read as whom, of all roots in one table each: grants that stand, and who is whose heir. `reading` and `heir` have a partition for
-- each root, of which every request would have to ask all. Written by those two alone, as they change; nobody else may read or write them.
CREATE TABLE read.granted (
    tenant text NOT NULL,
    root   text NOT NULL,                    -- that granted it
    id     text NOT NULL,
    under  text NOT NULL,
    until  timestamptz,
    PRIMARY KEY (tenant, root, id)
);
CREATE TABLE read.inherited (
    heir text NOT NULL,
    root text NOT NULL,                      -- of the unit
    unit text NOT NULL,
    PRIMARY KEY (heir, root, unit)
);
CREATE INDEX inherited_from_unit ON read.inherited (unit);
ALTER TABLE read.granted ENABLE ROW LEVEL SECURITY;
ALTER TABLE read.inherited ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION read.note_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = read, pg_temp
AS $$
BEGIN
    IF tg_op <> 'INSERT' THEN
        DELETE FROM read.granted g WHERE g.tenant = old.tenant AND g.root = old.root AND g.id = old.id;
    END IF;
    IF tg_op <> 'DELETE' AND NOT new.revoked THEN
        INSERT INTO read.granted (tenant, root, id, under, until) VALUES (new.tenant, new.root, new.id, new.under, new.until);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION read.note_heir() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = read, pg_temp
AS $$
BEGIN
    IF tg_op <> 'INSERT' THEN
        DELETE FROM read.inherited i WHERE i.heir = old.heir AND i.root = old.root AND i.unit = old.unit;
    END IF;
    IF tg_op <> 'DELETE' THEN
        INSERT INTO read.inherited (heir, root, unit) VALUES (new.heir, new.root, new.unit);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER across_roots AFTER INSERT OR UPDATE OR DELETE ON read.reading FOR EACH ROW EXECUTE FUNCTION read.note_grant();
CREATE TRIGGER across_roots AFTER INSERT OR UPDATE OR DELETE ON read.heir FOR EACH ROW EXECUTE FUNCTION read.note_heir();

-- The same of a whole root, whose tables were filled before they were attached.
CREATE FUNCTION read.note_root(p_root text) RETURNS void
LANGUAGE sql
AS $$
    DELETE FROM read.granted WHERE root = p_root;
    INSERT INTO read.granted (tenant, root, id, under, until)
        SELECT tenant, root, id, under, until FROM read.reading WHERE root = p_root AND NOT revoked;
    DELETE FROM read.inherited WHERE root = p_root;
    INSERT INTO read.inherited (heir, root, unit) SELECT heir, root, unit FROM read.heir WHERE root = p_root;
$$;
SELECT read.note_root(h.root) FROM ledger.head h;

-- End a rebuild: the fresh tables take the place of the old ones.
CREATE OR REPLACE FUNCTION read.finish_rebuild(p_root text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = read, pg_temp
AS $$
    SELECT read.attach_fresh(t, p_root) FROM unnest(read.rebuilt_tables()) AS t;
    SELECT read.note_root(p_root);
$$;

CREATE OR REPLACE FUNCTION ledger.scopes_of(p_tenant text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ledger, pg_temp
AS $$
BEGIN
    RETURN (
        WITH RECURSIVE own (path) AS (
            SELECT p_tenant WHERE p_tenant ~ '[^/]$'
            UNION
            SELECT g.under FROM read.granted g WHERE g.tenant = p_tenant AND (g.until IS NULL OR now() < g.until)
        ), scopes (heir, path) AS (
            SELECT own.path, own.path FROM own
            UNION
            SELECT s.heir, h.unit FROM scopes s JOIN read.inherited h ON h.heir = s.path AND h.root = split_part(s.path, '/', 1)
        )
        SELECT array_agg(DISTINCT s.path || CASE WHEN starts_with(s.heir, s.path || '/') THEN '//' ELSE '/' END) FROM scopes s
    );
END
$$;

-- A round, and what was published of it, lies in the root of its units.
CREATE OR REPLACE FUNCTION read.named(scopes text[]) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = read, pg_temp
AS $$
DECLARE
    plain text[] := ledger.plain(scopes);
    roots text[] := ledger.roots(scopes);
BEGIN
    RETURN ARRAY(SELECT s.unit
                 FROM unnest(roots) AS r (root)
                 CROSS JOIN LATERAL (
                     SELECT u.unit FROM read.publication p CROSS JOIN unnest(p.units) AS u (unit)
                     WHERE p.root = r.root AND p.units && plain
                     OFFSET 0
                 ) AS s
                 UNION
                 SELECT i.heir FROM read.inherited i WHERE i.unit = ANY (plain));
END
$$;

-- What a policy asks of another table it asks row by row: OFFSET keeps the planner from reading all of that table, of every root, to have
-- it at hand.
CREATE INDEX dossier_of_rubric ON read.dossier (rubric);
-- Without the root, which a partition has one of: no index but the key is then taken for what names a root and nothing else of it.
DROP INDEX read.dossier_of_round;
CREATE INDEX dossier_of_round ON read.dossier (authority, round);
ALTER POLICY caller ON ledger.text
    USING (EXISTS (SELECT FROM ledger.event e WHERE e.root = text.root AND e.position = text.position OFFSET 0));
ALTER POLICY caller ON ledger.refusal_excerpt
    USING (EXISTS (SELECT FROM ledger.refusal r WHERE r.root = refusal_excerpt.root AND r.number = refusal_excerpt.number OFFSET 0));
ALTER POLICY caller ON read.standing
    USING (ledger.among(unit, (SELECT ledger.scopes()))
           OR EXISTS (SELECT FROM read.publication p WHERE p.root = standing.root AND p.position = standing.position OFFSET 0));
ALTER POLICY caller ON read.round
    USING (ledger.among(authority, (SELECT ledger.scopes()))
           OR EXISTS (SELECT FROM read.dossier d
                      WHERE d.root = round.root AND d.authority = round.authority AND d.round = round.round OFFSET 0));
ALTER POLICY caller ON read.rubric
    USING (ledger.among(authority, (SELECT ledger.scopes()))
           OR EXISTS (SELECT FROM read.dossier d WHERE d.root = rubric.root AND d.rubric = rubric.id OFFSET 0));

-- As before, but the planner cannot join what is to be looked up one by one, also where nothing was ever analysed.
CREATE OR REPLACE FUNCTION ledger.deciding(
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
    ids text[];
    rubrics bigint[];
BEGIN
    -- A dossier that is computed from those below it takes them too, also for who sees none but that one.
    SELECT array_agg(d.unit), array_agg(DISTINCT d.authority) INTO dossiers, rounds
    FROM unnest(p_dossiers) AS k (unit)
    CROSS JOIN LATERAL (
        SELECT i.unit, i.authority FROM read.dossier i WHERE i.root = p_root AND i.unit = k.unit AND i.round = p_round LIMIT 1
    ) AS d
    WHERE EXISTS (SELECT FROM unnest(p_dossiers) AS above (unit)
                  WHERE ledger.within(d.unit, above.unit) AND ledger.among(above.unit, scopes));

    SELECT rounds || array_agg(r.authority) INTO rounds
    FROM unnest(p_rounds) AS k (authority)
    CROSS JOIN LATERAL (
        SELECT i.authority FROM read.round i WHERE i.root = p_root AND i.authority = k.authority AND i.round = p_round LIMIT 1
    ) AS r
    WHERE ledger.among(r.authority, scopes)
       OR EXISTS (SELECT FROM read.dossier d WHERE d.root = p_root AND d.authority = r.authority AND d.round = p_round
                                               AND ledger.among(d.unit, scopes) OFFSET 0);

    SELECT array_agg(u.path) INTO units
    FROM unnest(p_units) AS k (path)
    CROSS JOIN LATERAL (SELECT i.path FROM read.unit i WHERE i.root = p_root AND i.path = k.path LIMIT 1) AS u
    WHERE ledger.among(u.path, scopes) OR u.path = ANY (ledger.lineage(scopes)) OR u.path = ANY (read.named(scopes));

    SELECT units || array_agg(d.unit), array_agg(DISTINCT d.rubric) INTO units, ids
    FROM unnest(rounds) AS k (authority)
    CROSS JOIN LATERAL (
        SELECT i.unit, i.rubric FROM read.dossier i WHERE i.root = p_root AND i.authority = k.authority AND i.round = p_round OFFSET 0
    ) AS d;

    SELECT array_agg(b.position) INTO rubrics
    FROM unnest(ids) AS k (id)
    CROSS JOIN LATERAL (SELECT i.position FROM read.rubric i WHERE i.root = p_root AND i.id = k.id LIMIT 1) AS b;

    RETURN QUERY
        SELECT e.position, e.recorded_at, e.body
        FROM (SELECT DISTINCT s || '@' || p_round FROM unnest(dossiers) AS s) AS k (stream)
        CROSS JOIN LATERAL (SELECT i.* FROM ledger.event i WHERE i.root = p_root AND i.stream = k.stream ORDER BY i.version OFFSET 0) AS e
        WHERE e.name <> ALL (p_round_types) AND e.position + 0 <= p_until
        UNION ALL
        SELECT e.position, e.recorded_at, e.body
        FROM (SELECT DISTINCT s || '@' || p_round FROM unnest(rounds) AS s) AS k (stream)
        CROSS JOIN LATERAL (SELECT i.* FROM ledger.event i WHERE i.root = p_root AND i.stream = k.stream ORDER BY i.version OFFSET 0) AS e
        WHERE e.name = ANY (p_round_types) AND e.position + 0 <= p_until
        UNION ALL
        SELECT e.position, e.recorded_at, e.body
        FROM (SELECT DISTINCT s FROM unnest(units || p_root) AS s WHERE cardinality(units) > 0) AS k (stream)
        CROSS JOIN LATERAL (SELECT i.* FROM ledger.event i WHERE i.root = p_root AND i.stream = k.stream ORDER BY i.version OFFSET 0) AS e
        WHERE e.name IN ('UnitRegistered', 'UnitChanged', 'UnitsReorganised') AND e.position + 0 <= p_until
        UNION ALL
        SELECT e.position, e.recorded_at, e.body
        FROM unnest(rubrics) AS k (at)
        CROSS JOIN LATERAL (SELECT i.* FROM ledger.event i WHERE i.root = p_root AND i.position = k.at LIMIT 1) AS e
        WHERE e.position + 0 <= p_until
        ORDER BY 1;
END
$$;


-- As before, text by text: there are few, and the planner would read all texts of the root for them.
CREATE OR REPLACE FUNCTION ledger.erase_texts(p_root text, p_after bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ledger, pg_temp SET parledger.by_function = 'yes'
    SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
DECLARE
    erasure jsonb;
    gone bigint := 0;
    here bigint;
BEGIN
    FOR erasure IN
        SELECT convert_from(e.body, 'UTF8')::jsonb -> 'data' FROM ledger.event e
        WHERE e.root = p_root AND e.position > p_after AND e.name = 'TextErased' ORDER BY e.position
    LOOP
        DELETE FROM ledger.text t
        WHERE t.root = p_root AND t.position = (erasure ->> 'position')::bigint AND erasure -> 'fields' ? t.field;
        GET DIAGNOSTICS here = ROW_COUNT;
        gone := gone + here;
    END LOOP;
    RETURN gone;
END
$$;

-- Two whole tables are compared by reading them.
ALTER FUNCTION read.difference(text, text) SET enable_seqscan = on;
