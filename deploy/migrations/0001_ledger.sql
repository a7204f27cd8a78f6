-- The ledger: one append-only table per root, the free texts apart, the refusals, and the two functions that write.

DO $roles$
DECLARE
    role_name text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'parledger_owner') THEN
        CREATE ROLE parledger_owner NOLOGIN;
    END IF;
    FOREACH role_name IN ARRAY ARRAY['ingest', 'appraisal', 'relay', 'scoring', 'query'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'parledger_' || role_name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', 'parledger_' || role_name);
        END IF;
    END LOOP;
END
$roles$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- What PostgreSQL lets everybody do and no service needs: temporary tables, large objects, notifications.
DO $rights$
DECLARE
    routine regprocedure;
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    FOR routine IN
        SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND (p.proname ~ '^(lo_|loread$|lowrite$)' OR p.proname = 'pg_notify')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', routine);
    END LOOP;
END
$rights$;
GRANT SET ON PARAMETER parledger.by_function TO parledger_owner;

CREATE SCHEMA ledger AUTHORIZATION parledger_owner;
CREATE SCHEMA read AUTHORIZATION parledger_owner;
GRANT USAGE ON SCHEMA ledger TO parledger_ingest, parledger_appraisal, parledger_relay, parledger_scoring, parledger_query;
GRANT USAGE ON SCHEMA read TO parledger_scoring, parledger_query;

SET LOCAL ROLE parledger_owner;

-- A new function is nobody's until it is granted.
ALTER DEFAULT PRIVILEGES FOR ROLE parledger_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Who asks: the caller's unit, set for one transaction by the query service. NULL where nothing was set: then no row is seen.
CREATE FUNCTION ledger.scope() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('parledger.scope', true), '') $$;

-- Is `path` the unit `scope`, or below it? Never NULL.
CREATE FUNCTION ledger.within(path text, scope text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(path = scope OR starts_with(path, scope || '/'), false) $$;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'What was recorded stays; a correction is a new event.';
END
$$;

-- What is written, a function writes: it sets parledger.by_function for as long as it runs. No service has the right to write otherwise;
-- this stops the slip of somebody who has every right.
CREATE FUNCTION ledger.refuse_by_hand() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF coalesce(current_setting('parledger.by_function', true), '') <> 'yes' THEN
        RAISE EXCEPTION 'the ledger is written by its functions alone: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
            USING ERRCODE = 'insufficient_privilege', HINT = 'ledger.append records events.';
    END IF;
    RETURN NULL;
END
$$;

-- The head row of a root: its last position and recorded time. Whoever writes locks it first.
CREATE TABLE ledger.head (
    root        text PRIMARY KEY CHECK (root ~ '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$'),
    position    bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL DEFAULT 'epoch'
);

CREATE TABLE ledger.event (
    root        text NOT NULL,
    position    bigint NOT NULL,
    stream      text NOT NULL,
    version     bigint NOT NULL,
    event_id    uuid NOT NULL,
    name        text NOT NULL,
    shape       smallint NOT NULL,
    source      text NOT NULL,
    actor       text NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    traceparent text,
    body        bytea NOT NULL,
    leaf_hash   bytea NOT NULL,
    PRIMARY KEY (root, position),
    UNIQUE (root, stream, version),
    UNIQUE (root, source, event_id)
) PARTITION BY LIST (root);

-- Free text, apart from the event that commits to it: sha256(salt || text) stands in the body.
CREATE TABLE ledger.text (
    root     text NOT NULL,
    position bigint NOT NULL,
    field    text NOT NULL,
    salt     bytea NOT NULL CHECK (octet_length(salt) = 16),
    text     text NOT NULL,
    PRIMARY KEY (root, position, field)
);

-- What was refused, and why: one row per (sender, id, content). `key` is the emission's id, or malformed.<hash>.
CREATE TABLE ledger.refusal (
    root        text NOT NULL,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    tenant      text NOT NULL,
    key         text NOT NULL,
    hash        bytea NOT NULL,
    type        text,
    actor       text NOT NULL,
    recorded_at timestamptz NOT NULL,
    problem     text NOT NULL,
    PRIMARY KEY (key, root, tenant, hash),
    UNIQUE (root, number)
);
CREATE INDEX refusal_number ON ledger.refusal (root, tenant, number);

-- The first 2 KiB of a refused emission, for 90 days.
CREATE TABLE ledger.refusal_excerpt (
    root        text NOT NULL,
    number      bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    excerpt     bytea NOT NULL CHECK (octet_length(excerpt) <= 2048),
    PRIMARY KEY (root, number)
);

CREATE FUNCTION ledger.make_append_only(target regclass) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
         FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', target);
    EXECUTE format(
        'CREATE TRIGGER by_function BEFORE INSERT ON %s
         FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_by_hand()', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER by_function', target);
END
$$;

SELECT ledger.make_append_only('ledger.event');
SELECT ledger.make_append_only('ledger.refusal');

-- Does this body, of a TextErased, name that text?
CREATE FUNCTION ledger.erases(body bytea, "position" bigint, field text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT (data ->> 'position')::bigint = erases.position AND data -> 'fields' ? erases.field
    FROM (SELECT convert_from(erases.body, 'UTF8')::jsonb -> 'data') AS e (data)
$$;

-- A text goes only where a TextErased that was recorded in the stream of its event names it. Nothing else is ever taken away.
CREATE FUNCTION ledger.check_erasure() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger.event said JOIN ledger.event erasure USING (root, stream)
        WHERE said.root = old.root AND said.position = old.position
          AND CASE WHEN erasure.name = 'TextErased' THEN ledger.erases(erasure.body, old.position, old.field) ELSE false END
    ) THEN
        RAISE EXCEPTION 'no recorded TextErased names % of event % of %', old.field, old.position, old.root
            USING ERRCODE = 'insufficient_privilege', HINT = 'The record of an erasure comes first.';
    END IF;
    RETURN old;
END
$$;
CREATE TRIGGER recorded_erasure BEFORE DELETE ON ledger.text FOR EACH ROW EXECUTE FUNCTION ledger.check_erasure();
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON ledger.text FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER by_function BEFORE INSERT OR DELETE ON ledger.text FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_by_hand();
ALTER TABLE ledger.text ENABLE ALWAYS TRIGGER recorded_erasure;
ALTER TABLE ledger.text ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger.text ENABLE ALWAYS TRIGGER by_function;

-- A head moves forward only, and only to its last event.
CREATE FUNCTION ledger.check_head() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF new.root <> old.root OR new.position < old.position OR new.recorded_at < old.recorded_at
       OR NOT coalesce((new.position, new.recorded_at) = (SELECT e.position, e.recorded_at FROM ledger.event e
                                                          WHERE e.root = new.root ORDER BY e.position DESC LIMIT 1), false) THEN
        RAISE EXCEPTION 'the head of % may only stand at its last event', old.root USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN new;
END
$$;
CREATE TRIGGER forward_only BEFORE UPDATE ON ledger.head FOR EACH ROW EXECUTE FUNCTION ledger.check_head();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON ledger.head FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.head ENABLE ALWAYS TRIGGER forward_only;
CREATE TRIGGER by_function BEFORE INSERT OR UPDATE ON ledger.head FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_by_hand();
ALTER TABLE ledger.head ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger.head ENABLE ALWAYS TRIGGER by_function;

CREATE FUNCTION ledger.check_excerpt() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF old.recorded_at > clock_timestamp() - interval '90 days' THEN
        RAISE EXCEPTION 'the excerpt of a refusal is kept for 90 days' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN old;
END
$$;
CREATE TRIGGER kept BEFORE DELETE ON ledger.refusal_excerpt FOR EACH ROW EXECUTE FUNCTION ledger.check_excerpt();
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON ledger.refusal_excerpt FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.refusal_excerpt ENABLE ALWAYS TRIGGER kept;
CREATE TRIGGER by_function BEFORE INSERT OR DELETE ON ledger.refusal_excerpt FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_by_hand();
ALTER TABLE ledger.refusal_excerpt ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger.refusal_excerpt ENABLE ALWAYS TRIGGER by_function;

-- Lock the head row of a root, say what time it is in the ledger, and which of the given emissions were answered before.
-- The first row (ordinal 0) is the head; then a row per known emission: recorded ones with their event and salts,
-- refused ones with their problem. Nothing is returned where the root was never prepared.
CREATE FUNCTION ledger.lock_root(p_root text, p_sources text[], p_keys text[], p_ids uuid[])
RETURNS TABLE (ordinal int, "position" bigint, recorded_at timestamptz, version bigint, actor text, body bytea,
               leaf_hash bytea, salts text, hash bytea, problem text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ledger, pg_temp
    -- A plan that was made on a young root must not be kept for an old one: it might read all of it for each emission.
    SET plan_cache_mode = force_custom_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    head ledger.head;
BEGIN
    SELECT * INTO head FROM ledger.head h WHERE h.root = p_root FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT 0, head.position, greatest(clock_timestamp(), head.recorded_at),
        NULL::bigint, NULL::text, NULL::bytea, NULL::bytea, NULL::text, NULL::bytea, NULL::text;
    RETURN QUERY
        SELECT k.n::int, e.position, e.recorded_at, e.version, e.actor, e.body, e.leaf_hash,
               (SELECT string_agg(t.field || ':' || encode(t.salt, 'hex'), ',' ORDER BY t.field)
                FROM ledger.text t WHERE t.root = p_root AND t.position = e.position),
               NULL::bytea, NULL::text
        FROM unnest(p_sources, p_ids) WITH ORDINALITY AS k (source, id, n)
        CROSS JOIN LATERAL (
            SELECT * FROM ledger.event e
            WHERE e.root = p_root AND e.source = k.source AND e.event_id = k.id LIMIT 1
        ) AS e;
    RETURN QUERY
        SELECT k.n::int, NULL::bigint, r.recorded_at, NULL::bigint, r.actor, NULL::bytea, NULL::bytea, NULL::text, r.hash, r.problem
        FROM unnest(p_sources, p_keys) WITH ORDINALITY AS k (source, key, n)
        CROSS JOIN LATERAL (
            -- The first ones: a later one says id-reused, or what its bytes alone say, and would again. Concatenation and sum keep the
            -- planner off the other indexes, through which it would read all that a tenant or a root was ever refused, per emission.
            SELECT * FROM ledger.refusal r WHERE r.key = k.key AND r.root || '' = p_root AND r.tenant || '' = k.source
            ORDER BY r.number + 0 LIMIT 100
        ) AS r;
END
$$;

-- Append a batch to a root whose head row this transaction has locked. Answers per event: recorded, with its position and
-- leaf hash; duplicate, with the first one's; conflict. Positions go on from the head without a gap.
-- p_expected is the head's position on which the batch was judged, p_now the ledger's time: both as lock_root gave them.
CREATE FUNCTION ledger.append(
    p_root text, p_expected bigint, p_now timestamptz,
    p_streams text[], p_versions bigint[], p_ids uuid[], p_names text[], p_shapes smallint[], p_sources text[],
    p_actors text[], p_occurred timestamptz[], p_traceparents text[], p_bodies bytea[],
    t_ordinals int[], t_fields text[], t_salts bytea[], t_texts text[],
    r_tenants text[], r_keys text[], r_hashes bytea[], r_types text[], r_actors text[], r_problems text[], r_excerpts bytea[])
RETURNS TABLE (ordinal int, status text, "position" bigint, leaf_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ledger, pg_temp SET parledger.by_function = 'yes'
    -- Here it may be kept: there is one way to insert.
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    head ledger.head;
    at_end bytea := int8send((extract(epoch FROM p_now) * 1000000)::bigint);
    hashes bytea[];
    item record;
BEGIN
    SELECT * INTO STRICT head FROM ledger.head h WHERE h.root = p_root FOR UPDATE;
    IF head.position <> p_expected OR p_now < head.recorded_at OR p_now > greatest(clock_timestamp(), head.recorded_at) THEN
        RAISE EXCEPTION 'the head of % is at % and %, not at % and %', p_root, head.position, head.recorded_at, p_expected, p_now
            USING ERRCODE = 'serialization_failure';
    END IF;

    BEGIN
        WITH recorded AS (
            INSERT INTO ledger.event (root, position, stream, version, event_id, name, shape, source, actor, occurred_at,
                                      recorded_at, traceparent, body, leaf_hash)
            SELECT p_root, p_expected + e.n, e.stream, e.version, e.id, e.name, e.shape, e.source, e.actor, e.occurred,
                   p_now, e.traceparent, e.body, sha256('\x00'::bytea || sha256(e.body || at_end))
            FROM unnest(p_streams, p_versions, p_ids, p_names, p_shapes, p_sources, p_actors, p_occurred, p_traceparents, p_bodies)
                 WITH ORDINALITY AS e (stream, version, id, name, shape, source, actor, occurred, traceparent, body, n)
            RETURNING event.position, event.leaf_hash
        )
        SELECT array_agg(recorded.leaf_hash ORDER BY recorded.position) INTO hashes FROM recorded;
        head.position := p_expected + cardinality(p_streams);
        INSERT INTO ledger.text (root, position, field, salt, text)
            SELECT p_root, p_expected + t.n, t.field, t.salt, t.text
            FROM unnest(t_ordinals, t_fields, t_salts, t_texts) AS t (n, field, salt, text);
        -- Only now: what a block has answered stays answered where the block fails.
        RETURN QUERY SELECT h.n::int, 'recorded', p_expected + h.n, h.hash FROM unnest(hashes) WITH ORDINALITY AS h (hash, n);
    EXCEPTION WHEN unique_violation THEN
        -- Somebody else's event, or a repetition within the batch: each is answered by itself, none harms its neighbour.
        head.position := p_expected;
        FOR item IN
            SELECT e.* FROM unnest(p_streams, p_versions, p_ids, p_names, p_shapes, p_sources, p_actors, p_occurred, p_traceparents, p_bodies)
                 WITH ORDINALITY AS e (stream, version, id, name, shape, source, actor, occurred, traceparent, body, n)
            ORDER BY e.n
        LOOP
            ordinal := item.n;
            SELECT 'duplicate', e.position, e.leaf_hash INTO status, position, leaf_hash
                FROM ledger.event e WHERE e.root = p_root AND e.source = item.source AND e.event_id = item.id;
            IF NOT FOUND THEN
                INSERT INTO ledger.event AS e (root, position, stream, version, event_id, name, shape, source, actor, occurred_at,
                                               recorded_at, traceparent, body, leaf_hash)
                VALUES (p_root, head.position + 1, item.stream, item.version, item.id, item.name, item.shape, item.source,
                        item.actor, item.occurred, p_now, item.traceparent, item.body,
                        sha256('\x00'::bytea || sha256(item.body || at_end)))
                ON CONFLICT (root, stream, version) DO NOTHING
                RETURNING 'recorded', e.position, e.leaf_hash INTO status, position, leaf_hash;
                IF FOUND THEN
                    head.position := head.position + 1;
                    INSERT INTO ledger.text (root, position, field, salt, text)
                        SELECT p_root, head.position, t.field, t.salt, t.text
                        FROM unnest(t_ordinals, t_fields, t_salts, t_texts) AS t (n, field, salt, text)
                        WHERE t.n = item.n;
                ELSE
                    status := 'conflict';
                    position := NULL;
                    leaf_hash := NULL;
                END IF;
            END IF;
            RETURN NEXT;
        END LOOP;
    END;

    WITH refused AS (
        INSERT INTO ledger.refusal (root, tenant, key, hash, type, actor, recorded_at, problem)
        SELECT p_root, r.tenant, r.key, r.hash, r.type, r.actor, p_now, r.problem
        FROM unnest(r_tenants, r_keys, r_hashes, r_types, r_actors, r_problems) AS r (tenant, key, hash, type, actor, problem)
        ON CONFLICT DO NOTHING
        RETURNING tenant, key, hash, number
    )
    INSERT INTO ledger.refusal_excerpt (root, number, recorded_at, excerpt)
        SELECT p_root, refused.number, p_now, x.excerpt
        FROM refused JOIN unnest(r_tenants, r_keys, r_hashes, r_excerpts) AS x (tenant, key, hash, excerpt)
             USING (tenant, key, hash);

    IF head.position > p_expected THEN
        UPDATE ledger.head h SET position = head.position, recorded_at = p_now WHERE h.root = p_root;
    END IF;
END
$$;

-- Erase the texts, salts too, that the TextErased recorded after a position name; answers how many went. Called in the transaction
-- that records them: the events themselves stay as they are, commitments included.
CREATE FUNCTION ledger.erase_texts(p_root text, p_after bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = ledger, pg_temp SET parledger.by_function = 'yes'
AS $$
    WITH erasure AS MATERIALIZED (
        SELECT convert_from(e.body, 'UTF8')::jsonb -> 'data' AS data FROM ledger.event e
        WHERE e.root = p_root AND e.position > p_after AND e.name = 'TextErased'
    ), gone AS (
        DELETE FROM ledger.text t USING erasure
        WHERE t.root = p_root AND t.position = (erasure.data ->> 'position')::bigint AND erasure.data -> 'fields' ? t.field
        RETURNING 1
    )
    SELECT count(*) FROM gone
$$;

-- Drop the excerpts of refusals that are older than 90 days; answers how many.
CREATE FUNCTION ledger.purge_excerpts() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = ledger, pg_temp SET parledger.by_function = 'yes'
AS $$
    WITH gone AS (
        DELETE FROM ledger.refusal_excerpt WHERE recorded_at < clock_timestamp() - interval '90 days' RETURNING 1
    )
    SELECT count(*) FROM gone
$$;

GRANT EXECUTE ON FUNCTION ledger.lock_root, ledger.append TO parledger_ingest, parledger_appraisal;
GRANT EXECUTE ON FUNCTION ledger.erase_texts TO parledger_appraisal;
GRANT EXECUTE ON FUNCTION ledger.purge_excerpts TO parledger_ingest;
GRANT EXECUTE ON FUNCTION ledger.scope, ledger.within TO parledger_query;

GRANT SELECT ON ledger.head TO parledger_ingest, parledger_appraisal, parledger_relay, parledger_scoring;
GRANT SELECT ON ledger.event TO parledger_ingest, parledger_appraisal, parledger_relay, parledger_scoring, parledger_query;
GRANT SELECT (root, position, field, salt) ON ledger.text TO parledger_ingest, parledger_appraisal;
GRANT SELECT ON ledger.text, ledger.refusal, ledger.refusal_excerpt TO parledger_query;

-- Row-level security: services see every root; query sees what lies at or below the caller's unit. Partitions are granted to nobody.
ALTER TABLE ledger.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.text ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.refusal ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.refusal_excerpt ENABLE ROW LEVEL SECURITY;
CREATE POLICY service ON ledger.event FOR SELECT
    TO parledger_ingest, parledger_appraisal, parledger_relay, parledger_scoring USING (true);
CREATE POLICY service ON ledger.text FOR SELECT TO parledger_ingest, parledger_appraisal USING (true);
-- Whose events a caller sees hangs on the tree and on grants too: that policy stands with the read model.
CREATE POLICY caller ON ledger.text FOR SELECT TO parledger_query
    USING (EXISTS (SELECT FROM ledger.event e WHERE e.root = text.root AND e.position = text.position));
CREATE POLICY caller ON ledger.refusal FOR SELECT TO parledger_query
    USING (ledger.within(tenant, (SELECT ledger.scope())));
CREATE POLICY caller ON ledger.refusal_excerpt FOR SELECT TO parledger_query
    USING (EXISTS (SELECT FROM ledger.refusal r WHERE r.root = refusal_excerpt.root AND r.number = refusal_excerpt.number));
