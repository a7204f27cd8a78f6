-- name: lock_root
-- Lock a root's head row; the ledger's time, and what is known of these emissions.
SELECT * FROM ledger.lock_root($1, $2, $3, $4);

-- name: append
-- Append a judged batch: events, their free texts, refusals. Answers per event.
SELECT ordinal, status, position, leaf_hash
FROM ledger.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24);

-- name: lock_batch
-- Lock a root's head row; the ledger's time, and what is known of these emissions. Arrays of names come as text.
SELECT * FROM ledger.lock_root($1, $2::text::text[], $3::text::text[], $4::text::uuid[]);

-- name: append_batch
-- Append a judged batch, the arrays of its names as text: were all of it recorded, and the leaf hashes one after the other.
SELECT bool_and(status = 'recorded') AS recorded, string_agg(encode(leaf_hash, 'hex'), '' ORDER BY ordinal) AS leaf_hashes
FROM ledger.append($1, $2, $3, $4::text::text[], $5::text::bigint[], $6::text::uuid[], $7::text::text[], $8::text::smallint[],
                   $9::text::text[], $10::text::text[], $11, $12::text::text[], $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24);

-- name: erase_texts
-- Erase the free texts that the TextErased recorded after a position name.
SELECT ledger.erase_texts($1, $2);

-- name: events_at
-- The events at these positions of a root.
SELECT position, recorded_at, body FROM ledger.event WHERE root = $1 AND position = ANY ($2::bigint[]);

-- name: page
-- The next events of a root, in order, as a fold needs them.
SELECT position, recorded_at, body FROM ledger.event
WHERE root = $1 AND position > $2 ORDER BY position LIMIT $3;

-- name: page_until
-- The same, not beyond a position.
SELECT position, recorded_at, body FROM ledger.event
WHERE root = $1 AND position > $2 AND position <= $4 ORDER BY position LIMIT $3;

-- name: page_to_check
-- The same, with all that stands beside the body.
SELECT position, recorded_at, body, leaf_hash, stream, version, event_id::text, name, shape, source, actor, occurred_at
FROM ledger.event
WHERE root = $1 AND position > $2 AND position <= $4 ORDER BY position LIMIT $3;

-- name: page_with_verdict
-- The same, and whether the leaf hash is that of the body.
SELECT position, recorded_at, body,
       leaf_hash = sha256('\x00'::bytea || sha256(body || int8send((extract(epoch FROM recorded_at) * 1000000)::bigint))) AS intact
FROM ledger.event
WHERE root = $1 AND position > $2 AND position <= $4 ORDER BY position LIMIT $3;

-- name: feed_page
-- The next events of a root, in order, as the feed tells them.
SELECT position, recorded_at, traceparent, leaf_hash, body FROM ledger.event
WHERE root = $1 AND position > $2 ORDER BY position LIMIT $3;

-- name: salts
-- The salts of the free texts between two positions (the first not included).
SELECT position, field, salt FROM ledger.text
WHERE root = $1 AND position > $2 AND position <= $3;

-- name: roots
-- The roots that are prepared.
SELECT root, position FROM ledger.head ORDER BY root;

-- name: stream_events
-- Events of one stream by version, for the library's recorder.
SELECT stream, version, name, position, recorded_at, body FROM ledger.event
WHERE root = $1 AND stream = $2 AND version > $3 AND version <= $4 ORDER BY version LIMIT $5;

-- name: stream_events_backwards
-- The same, the latest first.
SELECT stream, version, name, position, recorded_at, body FROM ledger.event
WHERE root = $1 AND stream = $2 AND version > $3 AND version <= $4 ORDER BY version DESC LIMIT $5;

-- name: notifications
-- Events of a root by position, for the library's recorder; of some names only where some are given.
SELECT stream, version, name, position, recorded_at, body FROM ledger.event
WHERE root = $1 AND position >= $2 AND position <= $3 AND (cardinality($4::text[]) = 0 OR name = ANY ($4))
ORDER BY position LIMIT $5;

-- name: last_position
-- The last position of a root.
SELECT position FROM ledger.head WHERE root = $1;

-- name: behind
-- How far behind the heads these positions are: events, and seconds since the first of them was recorded.
SELECT head.root, head.position - reached.position AS events,
       coalesce(extract(epoch FROM clock_timestamp() - (
           SELECT recorded_at FROM ledger.event
           WHERE event.root = head.root AND event.position = reached.position + 1
       )), 0)::float8 AS seconds
FROM ledger.head JOIN unnest($1::text[], $2::bigint[]) AS reached (root, position) USING (root);
