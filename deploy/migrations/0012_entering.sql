-- What a question to the query service begins with, in one call: who asks, what it may see, how far that goes.

SET LOCAL ROLE parledger_owner;

-- Until the end of the transaction p_viewer asks. Its scopes; the roots of which it sees anything, and as of which positions these stand.
CREATE FUNCTION ledger.enter(p_viewer text, OUT scopes text[], OUT roots text[], OUT positions bigint[])
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('parledger.scope', p_viewer, true);
    scopes := coalesce(ledger.scopes_of(p_viewer), '{}');
    SELECT array_agg(p.root), array_agg(p.position) INTO roots, positions
    FROM read.progress p
    WHERE p.root = ANY (ledger.roots(scopes));
END
$$;
GRANT EXECUTE ON FUNCTION ledger.enter TO parledger_query;
