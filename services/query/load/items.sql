-- What lies in dossiers under an id: penalties, bonuses, disputes, remediation plans. $1 are always the scopes of who asks, $2 the root.

-- name: adjustments
-- Penalties and bonuses of these dossiers, in the order given; the first 1,000 of each.
SELECT s.unit, s.round, s.kind, s.id, s.points, s.target, s.basis, s.said_at, s.taken_back
FROM unnest($3::text[], $4::text[]) AS k (unit, round)
CROSS JOIN LATERAL (
    SELECT a.*
    FROM read.adjustment a
    WHERE a.root = $2 AND a.unit = k.unit AND a.round = k.round AND ledger.among(a.unit, $1)
    ORDER BY a.said_at
    LIMIT 1000
) AS s
ORDER BY s.said_at;

-- name: disputes
-- Disputes of these dossiers, in the order raised; the first 1,000 of each.
SELECT s.unit, s.round, s.id, s.about, s.status, s.claimed, s.points, s.raised_at, s.decided_at
FROM unnest($3::text[], $4::text[]) AS k (unit, round)
CROSS JOIN LATERAL (
    SELECT d.*
    FROM read.dispute d
    WHERE d.root = $2 AND d.unit = k.unit AND d.round = k.round AND ledger.among(d.unit, $1)
    ORDER BY d.raised_at
    LIMIT 1000
) AS s
ORDER BY s.raised_at;

-- name: plans
-- Remediation plans of these dossiers, in the order due; the first 1,000 of each. A day ends in Vietnam.
SELECT s.unit, s.round, s.plan, s.leaves, s.lead, s.support, s.target, s.due, s.status, s.planned_at, s.reported_at, s.confirmed_at,
       NULL::bigint AS required_at, '' AS key, s.status <> 'accepted' AND s.due < (now() AT TIME ZONE INTERVAL '7 hours')::date AS overdue
FROM unnest($3::text[], $4::text[]) AS k (unit, round)
CROSS JOIN LATERAL (
    SELECT p.*, p.id AS plan
    FROM read.plan p
    WHERE p.root = $2 AND p.unit = k.unit AND p.round = k.round AND ledger.among(p.unit, $1)
    ORDER BY p.due, p.id
    LIMIT 1000
) AS s
ORDER BY s.due, s.plan;

-- name: remediation
-- Of each of these units (and, where told, of those it took over from), a page of its plans, and of the leaves for which a plan is
-- asked and none stands, the first due first.
SELECT k.ordinal, s.unit, s.round, s.plan, s.leaves, s.lead, s.support, s.target, s.due, s.status, s.planned_at, s.reported_at,
       s.confirmed_at, s.required_at, s.key,
       s.status <> 'accepted' AND s.due < (now() AT TIME ZONE INTERVAL '7 hours')::date AS overdue
FROM unnest($3::text[], $4::boolean[], $5::text[], $6::integer[]) WITH ORDINALITY AS k (unit, whole_line, after, most, ordinal)
CROSS JOIN LATERAL (
    SELECT i.*
    FROM (
        SELECT p.unit, p.round, p.id AS plan, p.leaves, p.lead, p.support, p.target, p.due, p.status, p.planned_at, p.reported_at,
               p.confirmed_at, NULL::bigint AS required_at, concat_ws('|', p.due, p.round, p.unit, 'plan', p.id) AS key
        FROM read.line_of($2, k.unit) AS u
        CROSS JOIN LATERAL (
            SELECT o.* FROM read.plan o WHERE o.root = $2 AND o.unit = u.unit AND ledger.among(o.unit, $1) OFFSET 0
        ) AS p
        WHERE u.depth = 0 OR k.whole_line
        UNION ALL
        SELECT l.unit, l.round, NULL, ARRAY[l.code], NULL, '{}', NULL, l.required_due, 'required', NULL, NULL, NULL, l.required_at,
               concat_ws('|', l.required_due, l.round, l.unit, 'leaf', l.code)
        FROM read.line_of($2, k.unit) AS u
        CROSS JOIN LATERAL (
            SELECT o.*
            FROM read.leaf o
            WHERE o.root = $2 AND o.unit = u.unit AND o.required_due IS NOT NULL AND ledger.among(o.unit, $1)
            OFFSET 0
        ) AS l
        WHERE (u.depth = 0 OR k.whole_line)
          AND NOT EXISTS (SELECT FROM read.plan p
                          WHERE p.root = $2 AND p.unit = l.unit AND p.round = l.round AND l.code = ANY (p.leaves)
                          OFFSET 0)
    ) AS i
    WHERE i.key COLLATE "C" > k.after
    ORDER BY i.key COLLATE "C"
    LIMIT k.most
) AS s
ORDER BY k.ordinal, s.key COLLATE "C";
