-- The read model: written by scoring alone, read by query alone, rebuilt from the ledger at any time.
-- Points are integers in thousandths, indices in millionths, coverage in hundredths of a per cent. Each table has a partition per root,
-- so that a rebuilt one can be swapped in. A column `…_at` of type bigint is the position of the event that says it.

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
    ended       boolean NOT NULL,
    PRIMARY KEY (root, path)
) PARTITION BY LIST (root);

-- Who takes over from a unit that has ended; `heir` may be of another root.
CREATE TABLE read.heir (
    root text NOT NULL,
    unit text NOT NULL,
    heir text NOT NULL,
    PRIMARY KEY (root, unit)
) PARTITION BY LIST (root);
CREATE INDEX predecessor ON read.heir (heir);

-- Reading that was granted: whoever belongs to `tenant`, of any root, reads what `under`, a unit of this root, may read.
CREATE TABLE read.reading (
    root     text NOT NULL,
    id       text NOT NULL,
    tenant   text NOT NULL,
    under    text NOT NULL,
    until    timestamptz,
    basis    text,
    said_at  bigint NOT NULL,
    revoked  boolean NOT NULL,
    PRIMARY KEY (root, id)
) PARTITION BY LIST (root);
CREATE INDEX reading_of_tenant ON read.reading (tenant);

-- Results from before the ledger.
CREATE TABLE read.imported (
    root    text NOT NULL,
    unit    text NOT NULL,
    round   text NOT NULL,
    index   bigint NOT NULL,
    rank    integer,
    out_of  integer,
    grade   text,
    basis   text NOT NULL,
    said_at bigint NOT NULL,
    PRIMARY KEY (root, unit, round)
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
    root         text NOT NULL,
    authority    text NOT NULL,
    round        text NOT NULL,
    name         text NOT NULL,
    kind         text NOT NULL,
    period_from  date NOT NULL,
    period_to    date NOT NULL,
    rubrics      text NOT NULL,              -- JSON: unit kind to rubric id
    units        text[] NOT NULL,
    windows      text NOT NULL,              -- JSON: {"filing"|"appraisal"|"disputes": {"opens", "closes"}} in UTC, six decimals, Z
    extended     text NOT NULL,              -- JSON: {window: {unit: closes}}, of units that have a close of their own
    appraisers   text NOT NULL,              -- JSON: leaf code to the unit that may propose on it
    released     boolean NOT NULL,           -- for every unit of it
    published    boolean NOT NULL,           -- not again after a reopening
    cancelled    boolean NOT NULL,
    published_at bigint,                     -- of the latest publication
    position     bigint NOT NULL,
    PRIMARY KEY (root, authority, round)
) PARTITION BY LIST (root);

-- Each publication of results: `units` are those that stand in it.
CREATE TABLE read.publication (
    root        text NOT NULL,
    position    bigint NOT NULL,
    authority   text NOT NULL,
    round       text NOT NULL,
    recorded_at timestamptz NOT NULL,
    document    text NOT NULL,               -- JSON: {"kind", "number", "date", "issuer"}
    rubrics     text NOT NULL,               -- JSON: rubric id to its hash
    units       text[] NOT NULL,
    PRIMARY KEY (root, position)
) PARTITION BY LIST (root);
CREATE INDEX publication_to_unit ON read.publication USING gin (units);

-- Standings as published: they stay as they were then.
CREATE TABLE read.standing (
    root     text NOT NULL,
    position bigint NOT NULL,                -- of the publication
    unit     text NOT NULL,
    kind     text NOT NULL,
    grouped  text,
    index    bigint,
    rank     integer,
    grade    text,
    points   bigint NOT NULL,
    assessed bigint NOT NULL,
    PRIMARY KEY (root, position, unit)
) PARTITION BY LIST (root);
CREATE INDEX standing_of_unit ON read.standing (root, unit);

CREATE TABLE read.dossier (
    root       text NOT NULL,
    unit       text NOT NULL,
    round      text NOT NULL,
    authority  text NOT NULL,
    kind       text NOT NULL,                -- of the unit, when the round took it in
    rubric     text NOT NULL,                -- its id
    status     text NOT NULL,                -- open submitted returned released published
    released   boolean NOT NULL,
    submitted  boolean NOT NULL,
    defaulted  boolean NOT NULL,
    gone       boolean NOT NULL,             -- the unit is no longer in the round
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
    counted    integer NOT NULL,             -- how many leaves of its areas are not excluded
    appraised  integer NOT NULL,             -- how many of those have appraised points
    due        integer NOT NULL,             -- how many of those the unit is to file
    filed      integer NOT NULL,             -- how many of these it has filed
    unproved   integer NOT NULL,             -- how many leaves that are not excluded lack the evidence they ask for
    disputed   integer NOT NULL,             -- how many disputes are not decided
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
    self_support    text,                    -- the same of the self points, from what unit_computed is from
    excluded        text,                    -- not-applicable, not-due, or NULL
    lost            bigint,
    figures         text,                    -- JSON, the unit's
    council_figures text,                    -- JSON, the council's
    survey          text,                    -- JSON: {"score", "of", "respondents"}
    proposed        bigint,
    proposed_at     bigint,                  -- its opinion lies in ledger.text
    returned_until  timestamptz,
    required_due    date,                    -- a remediation plan is asked for by then
    required_at     bigint,
    filed_at        bigint,                  -- position of the standing SubmissionFiled
    appraised_at    bigint,                  -- position of the standing score: its opinion lies in ledger.text
    responsible     text[] NOT NULL,
    PRIMARY KEY (root, unit, round, code)
) PARTITION BY LIST (root);
CREATE INDEX leaf_to_be_remedied ON read.leaf (root, unit) WHERE required_due IS NOT NULL;

-- Penalties and bonuses, also those that were taken back. Their reasons lie in ledger.text.
CREATE TABLE read.adjustment (
    root       text NOT NULL,
    unit       text NOT NULL,
    round      text NOT NULL,
    kind       text NOT NULL,                -- penalty, bonus
    id         text NOT NULL,
    points     bigint NOT NULL,
    target     text,                         -- of a penalty: total, an area or a leaf
    basis      text,
    said_at    bigint NOT NULL,
    taken_back boolean NOT NULL,
    PRIMARY KEY (root, unit, round, kind, id)
) PARTITION BY LIST (root);

-- Grounds and reasons lie in ledger.text.
CREATE TABLE read.dispute (
    root       text NOT NULL,
    unit       text NOT NULL,
    round      text NOT NULL,
    id         text NOT NULL,
    about      text NOT NULL,                -- a leaf's code, or penalty:<id>
    status     text NOT NULL,                -- open upheld rejected
    claimed    bigint,
    points     bigint,
    raised_at  bigint NOT NULL,
    decided_at bigint,
    PRIMARY KEY (root, unit, round, id)
) PARTITION BY LIST (root);

-- Remediation plans. What is to be done, notes and reasons lie in ledger.text.
CREATE TABLE read.plan (
    root         text NOT NULL,
    unit         text NOT NULL,
    round        text NOT NULL,
    id           text NOT NULL,
    leaves       text[] NOT NULL,
    lead         text NOT NULL,
    support      text[] NOT NULL,
    target       text,
    due          date NOT NULL,
    status       text NOT NULL,              -- planned reported accepted rejected
    planned_at   bigint NOT NULL,
    reported_at  bigint,
    confirmed_at bigint,
    PRIMARY KEY (root, unit, round, id)
) PARTITION BY LIST (root);

-- One row per event and dossier whose sums it changed; the first when the dossier began. What a dossier came to at a position is told by
-- the last row up to it.
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
    coverage    integer NOT NULL,
    final       boolean NOT NULL,
    moved       boolean NOT NULL,            -- the index, or the self index, is another than before
    PRIMARY KEY (root, unit, round, position)
) PARTITION BY LIST (root);

-- Which events are about which leaf of a dossier.
CREATE TABLE read.story (
    root     text NOT NULL,
    unit     text NOT NULL,
    round    text NOT NULL,
    code     text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (root, unit, round, code, position)
) PARTITION BY LIST (root);

-- The tables that a rebuild makes anew, in the order in which it swaps them.
CREATE FUNCTION read.rebuilt_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$ SELECT ARRAY['unit', 'heir', 'reading', 'imported', 'rubric', 'round', 'publication', 'standing', 'dossier', 'leaf', 'adjustment',
                   'dispute', 'plan', 'history', 'story'] $$;

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
GRANT EXECUTE ON FUNCTION read.begin_rebuild, read.finish_rebuild TO parledger_scoring;
GRANT SELECT ON read.progress TO parledger_query;
ALTER TABLE read.progress ENABLE ROW LEVEL SECURITY;
CREATE POLICY service ON read.progress TO parledger_scoring USING (true) WITH CHECK (true);

-- What every table of the read model lets its two services do; which rows query sees, a policy `caller` says.
CREATE FUNCTION read.open_to_services(p_table text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON read.%I TO parledger_scoring', p_table);
    EXECUTE format('GRANT SELECT ON read.%I TO parledger_query', p_table);
    EXECUTE format('ALTER TABLE read.%I ENABLE ROW LEVEL SECURITY', p_table);
    EXECUTE format('CREATE POLICY service ON read.%I TO parledger_scoring USING (true) WITH CHECK (true)', p_table);
END
$$;
SELECT read.open_to_services(t) FROM unnest(read.rebuilt_tables()) AS t;

-- As whom a tenant reads: itself, the units that grants let it read as, and of all these those whose heir they are, however long ago.
-- A path with one slash at the end stands for the unit and all below it; one with two for the unit alone: who is an heir of the unit that it
-- lay below does not preside over its neighbours. Worked out here from the tenant alone: what a service says of grants is not asked.
CREATE FUNCTION ledger.scopes_of(p_tenant text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ledger, pg_temp
AS $$
BEGIN
    RETURN (
        WITH RECURSIVE own (path) AS (
            SELECT p_tenant WHERE p_tenant ~ '[^/]$'
            UNION
            SELECT g.under FROM read.reading g WHERE g.tenant = p_tenant AND NOT g.revoked AND (g.until IS NULL OR now() < g.until)
        ), scopes (heir, path) AS (
            SELECT own.path, own.path FROM own
            UNION
            SELECT s.heir, h.unit FROM scopes s JOIN read.heir h ON h.heir = s.path AND h.root = split_part(s.path, '/', 1)
        )
        SELECT array_agg(DISTINCT s.path || CASE WHEN starts_with(s.heir, s.path || '/') THEN '//' ELSE '/' END) FROM scopes s
    );
END
$$;

-- The same of who asks. NULL where nothing was set.
CREATE FUNCTION ledger.scopes() RETURNS text[]
LANGUAGE sql STABLE
AS $$ SELECT ledger.scopes_of(ledger.scope()) $$;

-- Is `path` one of the scopes, or below one?
CREATE FUNCTION ledger.among(path text, scopes text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (path || '//') ^@ ANY (scopes) $$;

-- Is one of the scopes above `path`? Never NULL.
CREATE FUNCTION ledger.above(path text, scopes text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(substring(path FROM '^(.*/)[^/]+$') ^@ ANY (scopes), false) $$;

-- The roots that the scopes lie in.
CREATE FUNCTION ledger.roots(scopes text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array_agg(DISTINCT split_part(s.path, '/', 1)) FROM unnest(scopes) AS s (path) $$;

-- The scopes and all that is above them, without slashes.
CREATE FUNCTION ledger.lineage(scopes text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT array_agg(DISTINCT array_to_string(s.tokens[:n], '/'))
    FROM (SELECT string_to_array(rtrim(p.path, '/'), '/') AS tokens FROM unnest(scopes) AS p (path)) AS s
    CROSS JOIN generate_series(1, cardinality(s.tokens)) AS n
$$;

-- The scopes themselves, without slashes.
CREATE FUNCTION ledger.plain(scopes text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array_agg(rtrim(s.path, '/')) FROM unnest(scopes) AS s (path) $$;

-- Is one of the scopes the authority of these published standings or above it, or does it stand in them? Never NULL.
CREATE FUNCTION read.is_party(p_authority text, p_units text[], scopes text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(ledger.among(p_authority, scopes) OR p_units && ledger.plain(scopes), false) $$;

-- The units beside which the scopes stand in published standings, and their heirs: of these the name is seen.
CREATE FUNCTION read.named(scopes text[]) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = read, pg_temp
AS $$
DECLARE
    plain text[] := ledger.plain(scopes);
BEGIN
    RETURN ARRAY(SELECT u FROM read.publication p CROSS JOIN unnest(p.units) AS u WHERE p.units && plain
                 UNION
                 SELECT h.heir FROM read.heir h WHERE h.unit = ANY (plain));
END
$$;

-- A unit (depth 0) and those whose heir it is, however many successions ago, as far as who asks may know of them.
CREATE FUNCTION read.line_of(p_root text, p_unit text) RETURNS TABLE (unit text, depth integer)
LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE line (unit, depth) AS (
        SELECT p_unit, 0
        UNION
        SELECT h.unit, l.depth + 1 FROM line l JOIN read.heir h ON h.root = p_root AND h.heir = l.unit WHERE l.depth < 50
    )
    SELECT l.unit, min(l.depth) FROM line l GROUP BY l.unit
$$;
GRANT EXECUTE ON FUNCTION ledger.scopes_of, ledger.scopes, ledger.among, ledger.above, ledger.roots, ledger.lineage, ledger.plain,
    read.is_party, read.named, read.line_of TO parledger_query;

CREATE POLICY caller ON ledger.event FOR SELECT TO parledger_query
    USING (ledger.among(split_part(stream, '@', 1), (SELECT ledger.scopes())));
CREATE POLICY caller ON read.progress FOR SELECT TO parledger_query
    USING (root = ANY ((SELECT ledger.roots(ledger.scopes()))::text[]));
-- A unit sees itself and all below it; of what is above, and of those that it stands beside in published results, the names.
CREATE POLICY caller ON read.unit FOR SELECT TO parledger_query
    USING (ledger.among(path, (SELECT ledger.scopes()))
           OR path = ANY ((SELECT ledger.lineage(ledger.scopes()))::text[])
           OR path = ANY ((SELECT read.named(ledger.scopes()))::text[]));
CREATE POLICY caller ON read.heir FOR SELECT TO parledger_query
    USING (ledger.among(unit, (SELECT ledger.scopes())) OR ledger.among(heir, (SELECT ledger.scopes())));
CREATE POLICY caller ON read.reading FOR SELECT TO parledger_query
    USING (ledger.among(root, (SELECT ledger.scopes())));
CREATE POLICY caller ON read.publication FOR SELECT TO parledger_query
    USING (read.is_party(authority, units, (SELECT ledger.scopes())));
-- (The publications' own policy limits what EXISTS sees.)
CREATE POLICY caller ON read.standing FOR SELECT TO parledger_query
    USING (ledger.among(unit, (SELECT ledger.scopes()))
           OR EXISTS (SELECT FROM read.publication p WHERE p.root = standing.root AND p.position = standing.position));

-- What a dossier holds is seen by who sees its unit.
DO $of_units$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['imported', 'dossier', 'leaf', 'adjustment', 'dispute', 'plan', 'history', 'story'] LOOP
        EXECUTE format('CREATE POLICY caller ON read.%I FOR SELECT TO parledger_query '
                       'USING (ledger.among(unit, (SELECT ledger.scopes())))', t);
    END LOOP;
END
$of_units$;

-- Rounds and rubrics: one's own, and those that a unit in scope is appraised under (the dossiers' own policy limits what EXISTS sees).
CREATE POLICY caller ON read.round FOR SELECT TO parledger_query
    USING (ledger.among(authority, (SELECT ledger.scopes()))
           OR EXISTS (SELECT FROM read.dossier d
                      WHERE d.root = round.root AND d.authority = round.authority AND d.round = round.round));
CREATE POLICY caller ON read.rubric FOR SELECT TO parledger_query
    USING (ledger.among(authority, (SELECT ledger.scopes()))
           OR EXISTS (SELECT FROM read.dossier d WHERE d.root = rubric.root AND d.rubric = rubric.id));
