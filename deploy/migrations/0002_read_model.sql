-- The read model: written by scoring alone, read by query alone, rebuilt from the ledger at any time.
-- Points are integers in thousandths, indices in millionths, coverage in hundredths of a per cent. Each table has a partition per root,
-- so that a rebuilt one can be swapped in.

SET LOCAL ROLE parledger_owner;

CREATE TABLE read.progress (
    root        text PRIMARY KEY,
    position    bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL DEFAULT 'epoch'
);

CREATE TABLE read.unit (
    root        text NOT NULL,
    path        text NOT NULL,
    parent      text,
    name        text NOT NULL,
    kind        text NOT NULL,
    valid_from  date NOT NULL,
    valid_until date,
    PRIMARY KEY (root, path)
) PARTITION BY LIST (root);

CREATE TABLE read.rubric (
    root      text NOT NULL,
    id        text NOT NULL,
    authority text NOT NULL,
    name      text NOT NULL,
    hash      text NOT NULL,
    body      bytea NOT NULL,                -- canonical JSON of the rubric as published
    position  bigint NOT NULL,
    PRIMARY KEY (root, id)
) PARTITION BY LIST (root);

CREATE TABLE read.round (
    root      text NOT NULL,
    authority text NOT NULL,
    round     text NOT NULL,
    name      text NOT NULL,
    kind      text NOT NULL,
    rubrics   text NOT NULL,                 -- JSON: unit kind to rubric id
    units     text[] NOT NULL,
    windows   text NOT NULL,                 -- JSON: {"filing"|"appraisal"|"disputes": {"opens", "closes"}} in UTC, six decimals, Z
    released  boolean NOT NULL,              -- for every unit of it
    published boolean NOT NULL,
    position  bigint NOT NULL,
    PRIMARY KEY (root, authority, round)
) PARTITION BY LIST (root);

CREATE TABLE read.dossier (
    root       text NOT NULL,
    unit       text NOT NULL,
    round      text NOT NULL,
    authority  text NOT NULL,
    kind       text NOT NULL,                -- of the unit, when the round took it in
    rubric     text NOT NULL,                -- its id
    status     text NOT NULL,                -- open submitted returned released published
    released   boolean NOT NULL,
    self_index bigint,
    index      bigint,
    grade      text,
    points     bigint NOT NULL,
    assessed   bigint NOT NULL,
    excluded   bigint NOT NULL,
    lost       bigint NOT NULL,
    coverage   integer NOT NULL,
    final      boolean NOT NULL,
    bonus      bigint NOT NULL,
    penalties  bigint NOT NULL,
    areas      text NOT NULL,                -- JSON list of {code, name, max, points, assessed, excluded, lost}, thousandths
    position   bigint NOT NULL,              -- of the last event that touched it
    grouped    text,                         -- the ranking group of the round that it is in, if any
    PRIMARY KEY (root, unit, round)
) PARTITION BY LIST (root);
CREATE INDEX dossier_of_round ON read.dossier (root, authority, round);

-- One row per leaf that something happened to; the rubric tells the others.
CREATE TABLE read.leaf (
    root            text NOT NULL,
    unit            text NOT NULL,
    round           text NOT NULL,
    code            text NOT NULL,
    self_points     bigint,
    appraised       bigint,
    computed        bigint,                  -- what the rule gives, with the council's figures where there are some
    unit_computed   bigint,                  -- the same from the unit's own figures and points alone
    support         text,                    -- SUPPORTED ROUNDING UNSUPPORTED
    excluded        text,                    -- not-applicable, not-due, or NULL
    lost            bigint,
    figures         text,                    -- JSON, the unit's
    council_figures text,                    -- JSON, the council's
    filed_at        bigint,                  -- position of the standing SubmissionFiled
    appraised_at    bigint,                  -- position of the standing score: its opinion lies in ledger.text
    responsible     text[] NOT NULL,
    PRIMARY KEY (root, unit, round, code)
) PARTITION BY LIST (root);

-- One row per event and dossier whose index, or self index, it changed.
CREATE TABLE read.history (
    root        text NOT NULL,
    unit        text NOT NULL,
    round       text NOT NULL,
    position    bigint NOT NULL,
    name        text NOT NULL,
    recorded_at timestamptz NOT NULL,
    self_index  bigint,
    index       bigint,
    points      bigint NOT NULL,
    assessed    bigint NOT NULL,
    PRIMARY KEY (root, unit, round, position)
) PARTITION BY LIST (root);

-- The tables that a rebuild makes anew.
CREATE FUNCTION read.rebuilt_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$ SELECT ARRAY['unit', 'rubric', 'round', 'dossier', 'leaf', 'history'] $$;

CREATE FUNCTION read.partition_name(p_table text, p_root text, p_fresh boolean) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT p_table || CASE WHEN p_fresh THEN '_next_' ELSE '_of_' END || replace(p_root, '-', '_') $$;

-- Make an empty table for a root, as a partition of p_table would be, not attached yet. Only scoring may fill it.
CREATE FUNCTION read.make_fresh(p_table text, p_root text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    fresh text := read.partition_name(p_table, p_root, true);
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS read.%I', fresh);
    EXECUTE format('CREATE TABLE read.%I (LIKE read.%I INCLUDING ALL, CONSTRAINT %I CHECK (root = %L))',
                   fresh, p_table, 'of_one_root', p_root);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON read.%I TO parledger_scoring', fresh);
END
$$;

-- Put the fresh table of a root in the place of the one that stands (if one stands), in the caller's transaction.
CREATE FUNCTION read.attach_fresh(p_table text, p_root text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    fresh text := read.partition_name(p_table, p_root, true);
    standing text := read.partition_name(p_table, p_root, false);
BEGIN
    IF to_regclass(format('read.%I', standing)) IS NOT NULL THEN
        EXECUTE format('ALTER TABLE read.%I DETACH PARTITION read.%I', p_table, standing);
        EXECUTE format('DROP TABLE read.%I', standing);
    END IF;
    EXECUTE format('REVOKE ALL ON read.%I FROM parledger_scoring', fresh);
    EXECUTE format('ALTER TABLE read.%I ATTACH PARTITION read.%I FOR VALUES IN (%L)', p_table, fresh, p_root);
    EXECUTE format('ALTER TABLE read.%I RENAME TO %I', fresh, standing);
END
$$;

-- Start a rebuild of one root: fresh, empty tables read.<table>_next_<root>.
CREATE FUNCTION read.begin_rebuild(p_root text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = read, pg_temp
AS $$ SELECT read.make_fresh(t, p_root) FROM unnest(read.rebuilt_tables()) AS t $$;

-- End it: the fresh tables take the place of the old ones.
CREATE FUNCTION read.finish_rebuild(p_root text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = read, pg_temp
AS $$ SELECT read.attach_fresh(t, p_root) FROM unnest(read.rebuilt_tables()) AS t $$;

-- Prepare a root: its ledger partition, its read model, its head row. May be called again.
CREATE FUNCTION ledger.prepare_root(p_root text) RETURNS void
LANGUAGE plpgsql SET parledger.by_function = 'yes'
AS $$
DECLARE
    partition_name text := 'event_of_' || replace(p_root, '-', '_');
    t text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('parledger.prepare_root', 0));
    IF EXISTS (SELECT FROM ledger.head WHERE root = p_root) THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE ledger.%I (LIKE ledger.event INCLUDING ALL, CONSTRAINT of_one_root CHECK (root = %L))', partition_name, p_root);
    EXECUTE format('ALTER TABLE ledger.%I OWNER TO parledger_owner', partition_name);
    PERFORM ledger.make_append_only(format('ledger.%I', partition_name)::regclass);
    EXECUTE format('ALTER TABLE ledger.event ATTACH PARTITION ledger.%I FOR VALUES IN (%L)', partition_name, p_root);
    FOREACH t IN ARRAY read.rebuilt_tables() LOOP
        PERFORM read.make_fresh(t, p_root);
        PERFORM read.attach_fresh(t, p_root);
    END LOOP;
    INSERT INTO read.progress (root) VALUES (p_root);
    INSERT INTO ledger.head (root) VALUES (p_root);
END
$$;

GRANT SELECT, UPDATE ON read.progress TO parledger_scoring;
GRANT SELECT, INSERT, UPDATE, DELETE ON read.unit, read.rubric, read.round, read.dossier, read.leaf, read.history TO parledger_scoring;
GRANT EXECUTE ON FUNCTION read.begin_rebuild, read.finish_rebuild TO parledger_scoring;
GRANT SELECT ON read.progress, read.unit, read.rubric, read.round, read.dossier, read.leaf, read.history TO parledger_query;

ALTER TABLE read.progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE read.unit ENABLE ROW LEVEL SECURITY;
ALTER TABLE read.rubric ENABLE ROW LEVEL SECURITY;
ALTER TABLE read.round ENABLE ROW LEVEL SECURITY;
ALTER TABLE read.dossier ENABLE ROW LEVEL SECURITY;
ALTER TABLE read.leaf ENABLE ROW LEVEL SECURITY;
ALTER TABLE read.history ENABLE ROW LEVEL SECURITY;

CREATE POLICY service ON read.progress TO parledger_scoring USING (true) WITH CHECK (true);
CREATE POLICY service ON read.unit TO parledger_scoring USING (true) WITH CHECK (true);
CREATE POLICY service ON read.rubric TO parledger_scoring USING (true) WITH CHECK (true);
CREATE POLICY service ON read.round TO parledger_scoring USING (true) WITH CHECK (true);
CREATE POLICY service ON read.dossier TO parledger_scoring USING (true) WITH CHECK (true);
CREATE POLICY service ON read.leaf TO parledger_scoring USING (true) WITH CHECK (true);
CREATE POLICY service ON read.history TO parledger_scoring USING (true) WITH CHECK (true);

CREATE POLICY caller ON read.progress FOR SELECT TO parledger_query
    USING (root = split_part((SELECT ledger.scope()), '/', 1));
-- A unit sees itself and all below it; of what is above, the names.
CREATE POLICY caller ON read.unit FOR SELECT TO parledger_query
    USING (root = split_part((SELECT ledger.scope()), '/', 1)
           AND (ledger.within(path, (SELECT ledger.scope())) OR ledger.within((SELECT ledger.scope()), path)));
CREATE POLICY caller ON read.dossier FOR SELECT TO parledger_query
    USING (root = split_part((SELECT ledger.scope()), '/', 1) AND ledger.within(unit, (SELECT ledger.scope())));
CREATE POLICY caller ON read.leaf FOR SELECT TO parledger_query
    USING (root = split_part((SELECT ledger.scope()), '/', 1) AND ledger.within(unit, (SELECT ledger.scope())));
CREATE POLICY caller ON read.history FOR SELECT TO parledger_query
    USING (root = split_part((SELECT ledger.scope()), '/', 1) AND ledger.within(unit, (SELECT ledger.scope())));
-- Rounds and rubrics: one's own, and those that a unit in scope is appraised under (the dossiers' own policy limits what EXISTS sees).
CREATE POLICY caller ON read.round FOR SELECT TO parledger_query
    USING (root = split_part((SELECT ledger.scope()), '/', 1)
           AND (ledger.within(authority, (SELECT ledger.scope()))
                OR EXISTS (SELECT FROM read.dossier d
                           WHERE d.root = round.root AND d.authority = round.authority AND d.round = round.round)));
CREATE POLICY caller ON read.rubric FOR SELECT TO parledger_query
    USING (root = split_part((SELECT ledger.scope()), '/', 1)
           AND (ledger.within(authority, (SELECT ledger.scope()))
                OR EXISTS (SELECT FROM read.dossier d WHERE d.root = rubric.root AND d.rubric = rubric.id)));
