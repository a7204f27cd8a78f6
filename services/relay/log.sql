-- The public log of a root is made of digests: nothing else of an event is read.

-- name: entries
-- The entries of a root from a position on, in order, each as its body and its time give it, with the leaf hash that was recorded.
SELECT position, sha256(body || int8send((extract(epoch FROM recorded_at) * 1000000)::bigint)) AS entry, leaf_hash
FROM ledger.event WHERE root = $1 AND position >= $2 ORDER BY position LIMIT $3;
