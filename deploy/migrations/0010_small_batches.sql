-- What a batch of one emission costs: at 300 a second most batches hold one or two.
--
-- The look-up of earlier answers was planned anew for every batch, for a plan made on a young root might have read an old one whole for
-- each emission. That took three times as long as the look-up. It is written now so that one index alone can serve it, whatever the
-- statistics say, and its plan is kept.
--
-- A batch without free texts or without refusals does not begin to write any.

SET LOCAL ROLE parledger_owner;

CREATE OR REPLACE FUNCTION ledger.lock_root(p_root text, p_sources text[], p_keys text[], p_ids uuid[])
RETURNS TABLE (ordinal int, "position" bigint, recorded_at timestamptz, version bigint, actor text, body bytea,
               leaf_hash bytea, salts text, hash bytea, problem text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ledger, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
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
            -- The first key that is not before it, which one index alone has in order: any other would have to be sorted.
            SELECT e.* FROM ledger.event e
            WHERE e.root = p_root AND (e.event_id, e.source) >= (k.id, k.source)
            ORDER BY e.event_id, e.source LIMIT 1
        ) AS e
        WHERE e.event_id = k.id AND e.source = k.source;
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

CREATE OR REPLACE FUNCTION ledger.append(
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
        IF cardinality(t_ordinals) > 0 THEN
            INSERT INTO ledger.text (root, position, field, salt, text)
                SELECT p_root, p_expected + t.n, t.field, t.salt, t.text
                FROM unnest(t_ordinals, t_fields, t_salts, t_texts) AS t (n, field, salt, text);
        END IF;
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

    IF cardinality(r_tenants) > 0 THEN
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
    END IF;

    IF head.position > p_expected THEN
        UPDATE ledger.head h SET position = head.position, recorded_at = p_now WHERE h.root = p_root;
    END IF;
END
$$;
