-- What an export takes from the ledger.

-- name: streams
-- The events of these streams up to a position, in the order of the root.
SELECT e.position, e.recorded_at, e.body
FROM unnest($2::text[]) AS k (stream)
CROSS JOIN LATERAL (
    -- Stream by stream: the sum keeps the planner off the index of positions, OFFSET keeps it from joining.
    SELECT i.position, i.recorded_at, i.body FROM ledger.event i
    WHERE i.root = $1 AND i.stream = k.stream AND i.position + 0 <= $3 ORDER BY i.version OFFSET 0
) AS e
ORDER BY e.position;

-- name: texts
-- The free texts of the events at these positions.
SELECT position, field, salt, text FROM ledger.text
WHERE root = $1 AND position = ANY ($2::bigint[]) ORDER BY position, field;
