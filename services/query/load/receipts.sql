-- Receipts: of an event that the viewer may not see, but has sent.

-- name: sent
-- Whether the viewer has sent the event at the position $2 of its root.
SELECT ledger.sent_by_caller($2) AS sent WHERE ledger.scope() = $1;
