-- A change of rights holds the ledger's head until it commits, and every answer waits for it: whoever forgets an open
-- transaction in a console is ended, not everybody else.
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET idle_in_transaction_session_timeout = %L', current_database(), '30s');
END
$$;
