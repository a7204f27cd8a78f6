-- Units. $1 is always who asks.

-- name: units
-- The units with these paths: the viewer's own, those below it, and those above it.
SELECT u.path, u.name, u.kind, u.parent, u.valid_from, u.valid_until
FROM read.unit u
WHERE u.root = split_part($1, '/', 1)
  AND u.path = ANY ($2::text[])
  AND (ledger.within(u.path, $1) OR ledger.within($1, u.path));

-- name: units_below
-- A page of the units strictly below $2, of kind $3 if that is not null, after the path $4, at most $5.
SELECT u.path, u.name, u.kind, u.parent, u.valid_from, u.valid_until
FROM read.unit u
WHERE u.root = split_part($1, '/', 1)
  AND (ledger.within(u.path, $1) OR ledger.within($1, u.path))
  AND starts_with(u.path, $2::text || '/')
  AND ($3::text IS NULL OR u.kind = $3)
  AND u.path COLLATE "C" > $4::text
ORDER BY u.path COLLATE "C"
LIMIT $5;
