-- The ledger itself: events of streams in scope, their free texts, and what was refused. $1 are always the scopes of who asks, $2 the root.

-- name: event
-- The event at the position $3.
SELECT e.root, e.position, e.stream, e.version, e.event_id, e.name, e.actor, e.occurred_at, e.recorded_at, e.body, e.leaf_hash,
       ledger.above(split_part(e.stream, '@', 1), $1) AS above
FROM ledger.event e
WHERE e.root = $2
  AND e.position = $3
  AND ledger.among(split_part(e.stream, '@', 1), $1);

-- name: events
-- Of each of these streams, a page of events after a version: without those named in $7, and where the stream is concealed also
-- without those named in $8; none after its last position where one is named, nor any that the read model has not taken in yet.
SELECT k.ordinal, e.root, e.position, e.stream, e.version, e.event_id, e.name, e.actor, e.occurred_at, e.recorded_at, e.body,
       e.leaf_hash, NOT k.concealed AS above
FROM unnest($3::text[], $4::boolean[], $5::bigint[], $6::integer[], $9::bigint[]) WITH ORDINALITY
     AS k (stream, concealed, after, most, until, ordinal)
CROSS JOIN LATERAL (
    SELECT i.*
    FROM ledger.event i
    WHERE i.root = $2
      AND i.stream = k.stream
      AND i.version > k.after
      AND i.name <> ALL ($7::text[])
      AND NOT (k.concealed AND i.name = ANY ($8::text[]))
      AND i.position + 0 <= least(k.until, (SELECT p.position FROM read.progress p WHERE p.root = $2))
      AND ledger.among(split_part(i.stream, '@', 1), $1)
    ORDER BY i.version
    LIMIT k.most
) AS e
ORDER BY k.ordinal, e.version;

-- name: story
-- Of each of these leaves, a page of the events about it after a position, up to another where one is named; where it is concealed
-- without those named in $8.
SELECT k.ordinal, e.root, e.position, e.stream, e.version, e.event_id, e.name, e.actor, e.occurred_at, e.recorded_at, e.body,
       e.leaf_hash, NOT k.concealed AS above
FROM unnest($3::text[], $4::text[], $5::text[], $6::boolean[], $7::bigint[], $9::integer[], $10::bigint[]) WITH ORDINALITY
     AS k (unit, round, code, concealed, after, most, until, ordinal)
CROSS JOIN LATERAL (
    SELECT i.*
    FROM read.story s
    CROSS JOIN LATERAL (SELECT o.* FROM ledger.event o WHERE o.root = $2 AND o.position = s.position LIMIT 1) AS i
    WHERE s.root = $2
      AND s.unit = k.unit
      AND s.round = k.round
      AND s.code = k.code
      AND s.position > k.after
      AND s.position <= coalesce(k.until, s.position)
      AND NOT (k.concealed AND i.name = ANY ($8::text[]))
      AND ledger.among(s.unit, $1)
    ORDER BY s.position
    LIMIT k.most
) AS e
ORDER BY k.ordinal, e.position;

-- name: texts
-- The free texts of the events at these positions. Each is looked up by itself (LIMIT and OFFSET hold the planner to that): what is read
-- of a ledger hangs on how much is asked, not on how long it is.
SELECT t.position, t.field, t.salt, t.text
FROM unnest($3::bigint[]) AS k (position)
CROSS JOIN LATERAL (
    SELECT i.position
    FROM ledger.event i
    WHERE i.root = $2
      AND i.position = k.position
      AND ledger.among(split_part(i.stream, '@', 1), $1)
    LIMIT 1
) AS e
CROSS JOIN LATERAL (
    SELECT i.*
    FROM ledger.text i
    WHERE i.root = $2
      AND i.position = e.position
    OFFSET 0
) AS t;

-- name: erasures
-- The erasures in the streams of the events at these positions, in order.
SELECT e.position, e.recorded_at, e.body
FROM (
    SELECT DISTINCT s.stream
    FROM unnest($3::bigint[]) AS p (position)
    CROSS JOIN LATERAL (
        SELECT i.stream
        FROM ledger.event i
        WHERE i.root = $2 AND i.position = p.position AND ledger.among(split_part(i.stream, '@', 1), $1)
        LIMIT 1
    ) AS s
) AS k
CROSS JOIN LATERAL (
    SELECT i.*
    FROM ledger.event i
    WHERE i.root = $2 AND i.stream = k.stream AND ledger.among(split_part(i.stream, '@', 1), $1)
    ORDER BY i.version
    OFFSET 0
) AS e
WHERE e.name = 'TextErased'
ORDER BY e.position;

-- name: refusals
-- A page of what the tenant $4 was refused, after the number $5, at most $6. These are no grant's matter: $3 is who asks, by its own name.
SELECT r.number, r.key, r.type, r.recorded_at, r.hash, r.actor, r.problem, x.excerpt
FROM ledger.refusal r
LEFT JOIN ledger.refusal_excerpt x ON x.root = r.root AND x.number = r.number
WHERE r.root = $2
  AND r.tenant = $4
  AND $1::text[] IS NOT NULL
  AND ledger.within(r.tenant, $3)
  AND r.number > $5
ORDER BY r.number
LIMIT $6;
