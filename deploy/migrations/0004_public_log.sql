-- Who has sent an event may have its receipt, be the event on a stream that is not theirs to see.

SET LOCAL ROLE parledger_owner;

-- Did the caller's unit (parledger.scope) send the event at this position of its root?
CREATE FUNCTION ledger.sent_by_caller(p_position bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ledger, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM ledger.event e
        WHERE e.root = split_part(ledger.scope(), '/', 1) AND e.position = p_position AND e.source = ledger.scope()
    )
$$;
GRANT EXECUTE ON FUNCTION ledger.sent_by_caller TO parledger_query;
