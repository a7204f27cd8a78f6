-- Units and the tree. $1 are always the scopes of who asks, $2 the root.

-- name: units
-- The units with these paths: the viewer's own, those below it, those above it, and those whose names it may know.
SELECT u.path, u.name, u.kind, u.parent, u.valid_from, u.valid_until, u.ended
FROM read.unit u
WHERE u.root = $2
  AND u.path = ANY ($3::text[])
  AND (ledger.among(u.path, $1)
       OR u.path = ANY ((SELECT ledger.lineage($1))::text[])
       OR u.path = ANY ((SELECT read.named($1))::text[]));

-- name: units_below
-- A page of the units strictly below $3, of kind $4 if that is not null, after the path $5, at most $6.
SELECT u.path, u.name, u.kind, u.parent, u.valid_from, u.valid_until, u.ended
FROM read.unit u
WHERE u.root = $2
  AND (ledger.among(u.path, $1)
       OR u.path = ANY ((SELECT ledger.lineage($1))::text[])
       OR u.path = ANY ((SELECT read.named($1))::text[]))
  AND starts_with(u.path, $3::text || '/')
  AND ($4::text IS NULL OR u.kind = $4)
  AND u.path COLLATE "C" > $5::text
ORDER BY u.path COLLATE "C"
LIMIT $6;

-- name: heirs
-- Who took over from these units, and from whom they did.
SELECT h.unit, h.heir
FROM read.heir h
WHERE h.root = $2
  AND (h.unit = ANY ($3::text[]) OR h.heir = ANY ($3::text[]))
  AND (ledger.among(h.unit, $1) OR ledger.among(h.heir, $1))
ORDER BY h.unit COLLATE "C";

-- name: line
-- The unit $3 and, where $4, those whose heir it is, however long ago; the first 200.
SELECT u.unit AS path
FROM read.line_of($2, $3) AS u
WHERE (u.depth = 0 OR $4::boolean)
  AND ledger.among(u.unit, $1)
ORDER BY u.depth, u.unit COLLATE "C"
LIMIT 200;

-- name: readings
-- A page of what the root lets others read, by id, after $3, at most $4.
SELECT g.id, g.tenant, g.under, g.until, g.basis, g.said_at, g.revoked
FROM read.reading g
WHERE g.root = $2
  AND ledger.among(g.root, $1)
  AND g.id COLLATE "C" > $3::text
ORDER BY g.id COLLATE "C"
LIMIT $4;
