-- name: drop_rebuild
-- The fresh tables are not wanted.
SELECT read.drop_rebuild($1);

-- name: rebuilt_tables
-- The tables that a rebuild makes, in the order in which it swaps them.
SELECT read.rebuilt_tables();

-- name: difference
-- The first row in which a table and its fresh one differ.
SELECT columns, keys, standing::text, rebuilt::text FROM read.difference($1, $2);

-- name: take_turn
-- One rebuild of a root at a time: is it this session's turn?
SELECT pg_try_advisory_lock(hashtextextended('parledger.rebuild ' || $1, 0));

-- name: end_turn
-- The next may rebuild it.
SELECT pg_advisory_unlock(hashtextextended('parledger.rebuild ' || $1, 0));

-- name: columns
-- The columns of a table, in their order.
SELECT attname FROM pg_attribute
WHERE attrelid = format('read.%I', $1::text)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum;

-- name: key
-- The columns of a table's primary key, in the order in which it has them.
SELECT array_agg(a.attname::text ORDER BY k.n)
FROM pg_index i
CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, n)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = format('read.%I', $1::text)::regclass AND i.indisprimary;

-- name: analyse
-- Let the planner know the fresh tables of a root.
SELECT read.analyse_rebuild($1);
