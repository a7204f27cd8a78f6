-- Evidence: who has put which file, and what of it stands on which leaf.

SET LOCAL ROLE parledger_owner;

-- That a tenant has put a file, and so may attach it. The file itself lies in the evidence store, under its hash.
CREATE TABLE ledger.evidence_put (
    root   text NOT NULL,
    tenant text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size   bigint NOT NULL CHECK (size >= 0),
    put_at timestamptz NOT NULL,
    PRIMARY KEY (root, tenant, sha256)
);
SELECT ledger.make_append_only('ledger.evidence_put');
ALTER TABLE ledger.evidence_put ENABLE ROW LEVEL SECURITY;
CREATE POLICY service ON ledger.evidence_put FOR SELECT TO parledger_ingest USING (true);
GRANT SELECT ON ledger.evidence_put TO parledger_ingest;

-- Note that a tenant has put a file, within p_quota bytes of all that it has put. Answers stored (also where it had been before),
-- over-quota or unknown-root. One tenant's files are noted one after the other, so two cannot pass the quota together.
CREATE FUNCTION ledger.put_evidence(p_root text, p_tenant text, p_sha256 text, p_size bigint, p_quota bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ledger, pg_temp SET parledger.by_function = 'yes'
AS $$
BEGIN
    IF NOT ledger.within(p_tenant, p_root) OR NOT EXISTS (SELECT FROM ledger.head h WHERE h.root = p_root) THEN
        RETURN 'unknown-root';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('parledger.put_evidence ' || p_tenant, 0));
    IF EXISTS (SELECT FROM ledger.evidence_put p WHERE (p.root, p.tenant, p.sha256) = (p_root, p_tenant, p_sha256)) THEN
        RETURN 'stored';
    END IF;
    IF p_size + (SELECT coalesce(sum(p.size), 0) FROM ledger.evidence_put p WHERE p.root = p_root AND p.tenant = p_tenant) > p_quota THEN
        RETURN 'over-quota';
    END IF;
    INSERT INTO ledger.evidence_put (root, tenant, sha256, size, put_at) VALUES (p_root, p_tenant, p_sha256, p_size, clock_timestamp());
    RETURN 'stored';
END
$$;
GRANT EXECUTE ON FUNCTION ledger.put_evidence TO parledger_ingest;

-- One row per piece of evidence that was attached, also once it is withdrawn. Its name and title lie in ledger.text.
CREATE TABLE read.evidence (
    root        text NOT NULL,
    unit        text NOT NULL,
    round       text NOT NULL,
    evidence    text NOT NULL,               -- its id, unique in the dossier
    code        text NOT NULL,               -- of the leaf that it proves now
    sha256      text NOT NULL,
    size        bigint NOT NULL,
    media_type  text NOT NULL,
    number      text,
    dated       date,
    issuer      text,
    pages       text,
    attached_at bigint NOT NULL,             -- position
    withdrawn   boolean NOT NULL,
    PRIMARY KEY (root, unit, round, evidence)
) PARTITION BY LIST (root);
CREATE INDEX evidence_of_file ON read.evidence (sha256);

CREATE OR REPLACE FUNCTION read.rebuilt_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$ SELECT ARRAY['unit', 'heir', 'reading', 'imported', 'rubric', 'round', 'publication', 'standing', 'dossier', 'leaf', 'adjustment',
                   'dispute', 'plan', 'history', 'story', 'evidence'] $$;

SELECT read.open_to_services('evidence');
CREATE POLICY caller ON read.evidence FOR SELECT TO parledger_query
    USING (ledger.among(unit, (SELECT ledger.scopes())));

-- Roots that were prepared before.
DO $prepared$
DECLARE
    prepared text;
BEGIN
    FOR prepared IN SELECT h.root FROM ledger.head h LOOP
        PERFORM read.make_fresh('evidence', prepared);
        PERFORM read.attach_fresh('evidence', prepared);
    END LOOP;
END
$prepared$;
