-- The ledger itself: events of streams at or below the viewer, their free texts, and what was refused.

-- name: event
-- The event at the position $2 of the viewer's root.
SELECT e.root, e.position, e.stream, e.version, e.event_id, e.name, e.actor, e.occurred_at, e.recorded_at, e.body, e.leaf_hash
FROM ledger.event e
WHERE e.root = split_part($1, '/', 1)
  AND e.position = $2
  AND ledger.within(split_part(e.stream, '@', 1), $1);

-- name: events
-- Of each of these streams, a page of events after a version: without those named in $6, and where the stream is concealed also
-- without those named in $7; none that the read model has not taken in yet.
SELECT k.ordinal, e.root, e.position, e.stream, e.version, e.event_id, e.name, e.actor, e.occurred_at, e.recorded_at, e.body,
       e.leaf_hash
FROM unnest($2::text[], $3::boolean[], $4::bigint[], $5::integer[]) WITH ORDINALITY AS k (stream, concealed, after, most, ordinal)
CROSS JOIN LATERAL (
    SELECT i.*
    FROM ledger.event i
    WHERE i.root = split_part($1, '/', 1)
      AND i.stream = k.stream
      AND i.version > k.after
      AND i.name <> ALL ($6::text[])
      AND NOT (k.concealed AND i.name = ANY ($7::text[]))
      AND i.position <= (SELECT p.position FROM read.progress p WHERE p.root = split_part($1, '/', 1))
      AND ledger.within(split_part(i.stream, '@', 1), $1)
    ORDER BY i.version
    LIMIT k.most
) AS e
ORDER BY k.ordinal, e.version;

-- name: texts
-- The free texts of the events at these positions.
SELECT t.position, t.field, t.salt, t.text
FROM ledger.text t
JOIN ledger.event e ON e.root = t.root AND e.position = t.position
WHERE t.root = split_part($1, '/', 1)
  AND t.position = ANY ($2::bigint[])
  AND ledger.within(split_part(e.stream, '@', 1), $1);

-- name: refusals
-- A page of what the tenant $2 was refused, after the number $3, at most $4.
SELECT r.number, r.key, r.type, r.recorded_at, r.hash, r.actor, r.problem, x.excerpt
FROM ledger.refusal r
LEFT JOIN ledger.refusal_excerpt x ON x.root = r.root AND x.number = r.number
WHERE r.root = split_part($1, '/', 1)
  AND r.tenant = $2
  AND ledger.within(r.tenant, $1)
  AND r.number > $3
ORDER BY r.number
LIMIT $4;
