-- A replay compares what it has rebuilt with what stands, and may let it be at that.

SET LOCAL ROLE parledger_owner;

-- The first row, in the order of its key, in which a table of a root and its rebuilt one differ; none where they hold the same rows.
-- `standing` or `rebuilt` is NULL where there is no such row.
CREATE FUNCTION read.difference(p_table text, p_root text)
RETURNS TABLE (columns text[], keys text[], standing jsonb, rebuilt jsonb)
LANGUAGE plpgsql STABLE SET search_path = read, pg_temp SET work_mem = '64MB'
AS $$
#variable_conflict use_column
DECLARE
    parent regclass := format('read.%I', p_table)::regclass;
BEGIN
    SELECT array_agg(a.attname ORDER BY a.attnum) INTO columns
    FROM pg_attribute a WHERE a.attrelid = parent AND a.attnum > 0 AND NOT a.attisdropped;
    SELECT array_agg(a.attname ORDER BY k.n) INTO keys
    FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, n)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = parent AND i.indisprimary;
    FOR standing, rebuilt IN EXECUTE format(
        'SELECT to_jsonb(s), to_jsonb(f) FROM (SELECT * FROM read.%1$I WHERE root = %3$L) AS s FULL JOIN read.%2$I AS f ON %4$s
         WHERE s IS DISTINCT FROM f ORDER BY %5$s LIMIT 1',
        p_table, read.partition_name(p_table, p_root, true), p_root,
        (SELECT string_agg(format('s.%1$I = f.%1$I', k), ' AND ') FROM unnest(keys) AS k),
        (SELECT string_agg(format('coalesce(s.%1$I, f.%1$I)', k), ', ') FROM unnest(keys) AS k)
    ) LOOP
        RETURN NEXT;
    END LOOP;
END
$$;

-- Take away the fresh tables of a root: nothing is to take its place.
CREATE FUNCTION read.drop_rebuild(p_root text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = read, pg_temp
AS $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY read.rebuilt_tables() LOOP
        EXECUTE format('DROP TABLE IF EXISTS read.%I', read.partition_name(t, p_root, true));
    END LOOP;
END
$$;

GRANT EXECUTE ON FUNCTION read.rebuilt_tables, read.partition_name, read.difference, read.drop_rebuild TO parledger_scoring;
