-- What an export takes from the ledger.

-- name: streams
-- The events of these streams up to a position, in the order of the root.
SELECT position, recorded_at, body FROM ledger.event
WHERE root = $1 AND stream = ANY ($2::text[]) AND position <= $3 ORDER BY position;

-- name: texts
-- The free texts of the events at these positions.
SELECT position, field, salt, text FROM ledger.text
WHERE root = $1 AND position = ANY ($2::bigint[]) ORDER BY position, field;
