-- Evidence of dossiers in scope. $1 are always the scopes of who asks.

-- name: standing
-- What stands on the leaves of these dossiers of the root $2, in the order attached; the first 2,000 of each.
SELECT s.unit, s.round, s.code, s.evidence, s.sha256, s.size, s.media_type, s.number, s.dated, s.pages, s.attached_at
FROM unnest($3::text[], $4::text[]) AS k (unit, round)
CROSS JOIN LATERAL (
    SELECT e.*
    FROM read.evidence e
    WHERE e.root = $2
      AND e.unit = k.unit
      AND e.round = k.round
      AND NOT e.withdrawn
      AND ledger.among(e.unit, $1)
    ORDER BY e.attached_at
    LIMIT 2000
) AS s
ORDER BY s.attached_at;

-- name: file
-- As what a file was attached last, standing or withdrawn, in a dossier that the viewer sees, of whatever root.
SELECT e.size, e.media_type, t.text AS name
FROM read.evidence e
LEFT JOIN ledger.text t ON t.root = e.root AND t.position = e.attached_at AND t.field = 'name'
WHERE e.sha256 = $2
  AND ledger.among(e.unit, $1)
ORDER BY e.attached_at DESC
LIMIT 1;
