-- Grants: how often a day, under which stored operations, by whose answer, signed with a key that is not kept here; their
-- suspension, renewal and use.

ALTER TABLE sharing_grant
    ADD COLUMN quota_per_day integer CHECK (quota_per_day > 0),  -- none: without a limit
    ADD COLUMN operations text[] NOT NULL DEFAULT '{}',  -- hashes of documents; none: any document
    ADD COLUMN renews text REFERENCES sharing_grant,  -- the grant whose place it takes
    ADD COLUMN application text,  -- whose answer it is; none: recorded without one
    ADD COLUMN handler text,  -- the officer who answered
    ADD COLUMN within text CHECK (within ~ '^[0-9]{6}$'),  -- the division whose rows its provider is the source of
    ADD COLUMN signing_key text,
    ADD COLUMN signature bytea,  -- Ed25519 over the canonical text (sharing/sealed.py); without one it counts for nothing
    ADD COLUMN revoked_by text,  -- the officer
    ADD CHECK ((signing_key IS NULL) = (signature IS NULL));
CREATE INDEX ON sharing_grant (answered_by);
CREATE INDEX ON sharing_grant (created_at, id);
CREATE INDEX ON sharing_grant (renews) WHERE renews IS NOT NULL;

-- The grant and all that took its place since: what stops one stops them.
CREATE FUNCTION with_renewals(first text) RETURNS SETOF text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH RECURSIVE renewed AS (
        SELECT first AS id UNION SELECT later.id FROM sharing_grant AS later JOIN renewed ON later.renews = renewed.id
    )
    SELECT id FROM renewed
$$;

-- What was answered is never changed, and a revocation is final: who wants the right back answers anew, under a new hash.
CREATE FUNCTION keep_grant() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    revocation CONSTANT text[] := ARRAY['revoked_at', 'revoked_reason', 'revoked_by'];
BEGIN
    IF to_jsonb(OLD) - revocation IS DISTINCT FROM to_jsonb(NEW) - revocation THEN
        RAISE EXCEPTION 'a grant is revoked, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.revoked_at IS NOT NULL THEN
        RAISE EXCEPTION 'a revocation is final' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER sharing_grant_is_kept BEFORE UPDATE ON sharing_grant FOR EACH ROW EXECUTE FUNCTION keep_grant();

-- A provider stops what it gives, at once and for the time being: one grant with all that renews it, or items of its own
-- for one consumer, whatever the grant, also a later one. It holds from the next request on until it is taken back.
CREATE TABLE sharing_suspension (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider       text NOT NULL REFERENCES department,
    consumer       text NOT NULL REFERENCES department,
    grant_id       text REFERENCES sharing_grant,
    items          text[] NOT NULL DEFAULT '{}',
    reason         text NOT NULL CHECK (reason <> ''),
    suspended_by   text NOT NULL,  -- the officer
    suspended_at   timestamptz NOT NULL DEFAULT now(),
    resumed_reason text,
    resumed_by     text,
    resumed_at     timestamptz,
    CHECK ((grant_id IS NULL) <> (cardinality(items) = 0)),
    CHECK ((resumed_at IS NULL) = (resumed_by IS NULL)),
    CHECK ((resumed_at IS NULL) = (coalesce(resumed_reason, '') = ''))
);
CREATE INDEX ON sharing_suspension (provider, consumer);
CREATE INDEX ON sharing_suspension (grant_id) WHERE grant_id IS NOT NULL;

CREATE FUNCTION keep_suspension() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    resumption CONSTANT text[] := ARRAY['resumed_reason', 'resumed_by', 'resumed_at'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.resumed_at IS NOT NULL
        OR to_jsonb(OLD) - resumption IS DISTINCT FROM to_jsonb(NEW) - resumption
    THEN
        RAISE EXCEPTION 'a suspension is ended, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER sharing_suspension_is_kept BEFORE UPDATE OR DELETE ON sharing_suspension
    FOR EACH ROW EXECUTE FUNCTION keep_suspension();
CREATE TRIGGER sharing_suspension_moves_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON sharing_suspension
    FOR EACH STATEMENT EXECUTE FUNCTION move_epoch();

-- A consumer asks its provider to go on; the provider renews or lets it end.
CREATE TABLE renewal_request (
    grant_id     text PRIMARY KEY REFERENCES sharing_grant,
    note         text NOT NULL CHECK (note <> ''),
    requested_by text NOT NULL,  -- the officer
    requested_at timestamptz NOT NULL DEFAULT now()
);

-- Documents of a consumer, without any literal, to which a grant can be narrowed. A version is kept for good.
CREATE TABLE stored_operation (
    consumer  text NOT NULL REFERENCES department,
    name      text NOT NULL CHECK (name <> ''),
    version   integer NOT NULL CHECK (version > 0),
    hash      text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    document  text NOT NULL,
    stored_by text NOT NULL,  -- the officer
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, name, version),
    UNIQUE (consumer, name, hash)
);
CREATE INDEX ON stored_operation (consumer, hash);

-- Who used which item for which matter, by the day in China: counted from the ledger, without persons, cases and handlers.
CREATE TABLE usage_of_day (
    item       text NOT NULL,
    day        date NOT NULL,
    consumer   text NOT NULL,  -- whose duty it was
    counter    text NOT NULL,  -- who acted for it; empty: itself
    matter     text NOT NULL,
    use        text NOT NULL,
    shown      bigint NOT NULL,  -- requests that were given it, in whole or in part
    withheld   bigint NOT NULL,  -- requests that asked for it in vain
    PRIMARY KEY (item, day, consumer, counter, matter, use)
);
CREATE TABLE usage_until (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    sequence    bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO usage_until DEFAULT VALUES;

-- Count the next entries, at most so many; gives how many they were, or null where another is at it and `waits` is false.
-- The service may not read the ledger: what leaves here are sums.
CREATE FUNCTION count_usage(most integer, waits boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mark   usage_until%ROWTYPE;
    upto   bigint;
    moment timestamptz;
BEGIN
    IF waits THEN
        SELECT * INTO mark FROM usage_until FOR UPDATE;
    ELSE
        SELECT * INTO mark FROM usage_until FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT least(head.sequence, mark.sequence + greatest(most, 0)) INTO upto FROM ledger_head AS head;
    INSERT INTO usage_of_day AS held (item, day, consumer, counter, matter, use, shown, withheld)
        SELECT item, day, consumer, counter, matter, use,
               count(*) FILTER (WHERE was_shown), count(*) FILTER (WHERE was_withheld AND NOT was_shown)
        FROM (
            -- each entry is parsed once, and only what was answered: the kind stands among its first words
            SELECT (recorded_at AT TIME ZONE 'Asia/Shanghai')::date AS day, convert_from(payload, 'UTF8')::jsonb AS told
            FROM ledger_entry
            WHERE sequence > mark.sequence AND sequence <= upto
              AND recorded_at >= mark.recorded_at - interval '1 day'  -- fewer partitions; a clock may have been set back
              AND position('"kind":"answered"'::bytea IN substring(payload FROM 1 FOR 160)) > 0
            OFFSET 0
        ) AS entry, LATERAL (
            SELECT coalesce(told -> 'purpose' ->> 'actingFor', told ->> 'consumer') AS consumer,
                   CASE WHEN told -> 'purpose' ? 'actingFor' THEN told ->> 'consumer' ELSE '' END AS counter,
                   told -> 'purpose' ->> 'matter' AS matter, told -> 'purpose' ->> 'use' AS use
            WHERE told ? 'purpose'
            OFFSET 0
        ) AS asked, LATERAL (
            SELECT place ->> 1 AS item,
                   bool_or(place ->> 2 IN ('SHARED', 'MASKED', 'NONCONFORMING', 'UNDER_VERIFICATION')) AS was_shown,
                   bool_or(place ->> 2 = 'WITHHELD') AS was_withheld
            FROM jsonb_array_elements(told -> 'outcomes') AS place GROUP BY 1
        ) AS answered
        GROUP BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (item, day, consumer, counter, matter, use) DO UPDATE
        SET shown = held.shown + excluded.shown, withheld = held.withheld + excluded.withheld;
    SELECT recorded_at INTO moment FROM ledger_entry
        WHERE sequence = upto AND recorded_at >= mark.recorded_at - interval '1 day';
    UPDATE usage_until SET sequence = upto, recorded_at = coalesce(moment, mark.recorded_at);
    RETURN upto - mark.sequence;
END
$$;

REVOKE EXECUTE ON FUNCTION with_renewals(text), keep_grant(), keep_suspension(), count_usage(integer, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION with_renewals(text), count_usage(integer, boolean) TO oncegate_service;
REVOKE UPDATE ON sharing_grant FROM oncegate_service;
GRANT UPDATE (revoked_at, revoked_reason, revoked_by) ON sharing_grant TO oncegate_service;
GRANT SELECT, INSERT, UPDATE (resumed_reason, resumed_by, resumed_at) ON sharing_suspension TO oncegate_service;
GRANT SELECT, INSERT ON renewal_request, stored_operation TO oncegate_service;
GRANT SELECT ON usage_of_day, usage_until TO oncegate_service, oncegate_auditor;
GRANT SELECT ON sharing_suspension, renewal_request, stored_operation TO oncegate_auditor;
