-- name: put
-- Note that a tenant has put a file: stored, over-quota or unknown-root.
SELECT ledger.put_evidence($1, $2, $3, $4, $5);

-- name: bytes_put
-- How many bytes a tenant has put.
SELECT coalesce(sum(p.size), 0)::bigint FROM ledger.evidence_put p WHERE p.root = $1 AND p.tenant = $2;

-- name: sizes_put
-- Of these files of these tenants, those that were put.
SELECT p.tenant, p.sha256, p.size FROM unnest($2::text[], $3::text[]) AS k (tenant, sha256)
JOIN ledger.evidence_put p ON p.root = $1 AND p.tenant = k.tenant AND p.sha256 = k.sha256;
