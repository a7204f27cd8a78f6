-- Bounds on every wait, as settings of the roles: they hold for whatever connects as one of them, also by hand.
--
-- A connection may set other ones (query: a statement of 5 s), a transaction too, where it has a reason (a rebuild
-- swaps and compares whole tables). Nobody's transaction holds a root's head row for ever: one that waits for its
-- service is ended after a minute, and one of the write services, or of the relay's, after five in any case.

DO $bounds$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['ingest', 'appraisal', 'relay', 'scoring', 'query'] LOOP
        EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', 'parledger_' || role_name, '30s');
        EXECUTE format('ALTER ROLE %I SET lock_timeout = %L', 'parledger_' || role_name, '10s');
        EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', 'parledger_' || role_name, '60s');
    END LOOP;
    FOREACH role_name IN ARRAY ARRAY['ingest', 'appraisal', 'relay', 'query'] LOOP
        EXECUTE format('ALTER ROLE %I SET transaction_timeout = %L', 'parledger_' || role_name, '5min');
    END LOOP;
END
$bounds$;
