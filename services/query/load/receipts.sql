-- Receipts: of an event that the viewer may not see, but has sent.

-- name: sent
-- Whether the viewer $2 has sent the event at the position $3 of its root. $1, its scopes, do not count here.
SELECT ledger.sent_by_caller($3) AS sent WHERE ledger.scope() = $2 AND $1::text[] IS NOT NULL;
