-- The ledger: one chain, appended by one function, in monthly partitions. The same bytes as ledger/chain.py.
-- Its head stands in 0001, beside the epoch that it is locked with.

CREATE TABLE ledger_entry (
    sequence    bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    id          uuid NOT NULL,  -- the receipt that the answer carries
    hash        bytea NOT NULL,
    payload     bytea NOT NULL,  -- canonical JSON, kept byte for byte, because the hash is over these bytes
    PRIMARY KEY (sequence, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX ON ledger_entry (id);
ALTER TABLE ledger_entry ALTER COLUMN payload SET COMPRESSION pglz;

-- One row per person or entity whose data was answered.
CREATE TABLE ledger_subject (
    sequence    bigint NOT NULL,
    ordinal     integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    subject     bytea NOT NULL CHECK (length(subject) = 18),  -- key id (2 bytes), keyed hash (16 bytes)
    PRIMARY KEY (sequence, ordinal, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX ON ledger_subject (subject);

-- Create the partitions of this month and the next ones. They are attached, which waits for no reader.
CREATE FUNCTION ensure_partitions(months_ahead integer) RETURNS timestamptz
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first_month timestamptz := date_trunc('month', now(), 'UTC');
    month       timestamptz;
    next_month  timestamptz;
    parent      text;
    name        text;
BEGIN
    PERFORM pg_advisory_xact_lock(7423001);
    FOR ahead IN 0 .. months_ahead LOOP
        month := (first_month AT TIME ZONE 'UTC' + make_interval(months => ahead)) AT TIME ZONE 'UTC';
        next_month := (first_month AT TIME ZONE 'UTC' + make_interval(months => ahead + 1)) AT TIME ZONE 'UTC';
        FOREACH parent IN ARRAY ARRAY['ledger_entry', 'ledger_subject'] LOOP
            name := parent || to_char(month AT TIME ZONE 'UTC', '_YYYY_MM');
            IF to_regclass(name) IS NULL THEN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                               parent, name, month, next_month);
            END IF;
        END LOOP;
    END LOOP;
    UPDATE ledger_head SET partitions_until = greatest(partitions_until, next_month);
    RETURN next_month;
END
$$;
SELECT ensure_partitions(3);

-- Append what has gathered, in one round trip. Entry i is payloads[i], decided under epochs[i]; subjects[i] holds its
-- subject references end to end, 18 bytes each. Gives each entry's sequence number, or null where the epoch has moved
-- since its decision: such an entry is not written, and its answer must not leave.
CREATE FUNCTION ledger_append(
    ids uuid[], payloads bytea[], epochs bigint[], subjects bytea[], OUT sequences bigint[], OUT current_epoch bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head        ledger_head%ROWTYPE;
    moment      timestamptz;
    moment_us   bytea;
    hashes      bytea[] := '{}';
BEGIN
    SELECT * INTO head FROM ledger_head FOR UPDATE;
    -- a statement of its own, after the head's lock: it sees the revocation that we waited for, a later one waits for us
    SELECT epoch INTO current_epoch FROM epoch;
    moment := clock_timestamp();
    IF moment >= head.partitions_until THEN
        PERFORM ensure_partitions(1);
    END IF;
    moment_us := int8send((extract(epoch FROM moment) * 1000000)::bigint);
    FOR i IN 1 .. cardinality(payloads) LOOP
        IF epochs[i] = current_epoch THEN
            head.sequence := head.sequence + 1;
            head.hash := sha256(
                int4send(32) || head.hash || int8send(head.sequence) || moment_us || uuid_send(ids[i])
                || int4send(length(payloads[i])) || payloads[i] || int4send(length(subjects[i])) || subjects[i]);
            sequences[i] := head.sequence;
            hashes[i] := head.hash;
        ELSE
            sequences[i] := NULL;
            hashes[i] := NULL;  -- not left out: an array that begins at its second place would move up in unnest
        END IF;
    END LOOP;
    IF NOT current_epoch = ANY (epochs) THEN
        RETURN;
    END IF;
    INSERT INTO ledger_entry (sequence, recorded_at, id, hash, payload)
        SELECT appended.sequence, moment, appended.id, appended.hash, appended.payload
        FROM unnest(sequences, ids, hashes, payloads) AS appended (sequence, id, hash, payload)
        WHERE appended.sequence IS NOT NULL;
    INSERT INTO ledger_subject (sequence, ordinal, recorded_at, subject)
        SELECT appended.sequence, ordinal, moment, substring(appended.subjects FROM ordinal * 18 + 1 FOR 18)
        FROM unnest(sequences, subjects) AS appended (sequence, subjects),
             generate_series(0, length(appended.subjects) / 18 - 1) AS ordinal
        WHERE appended.sequence IS NOT NULL;
    UPDATE ledger_head SET sequence = head.sequence, hash = head.hash;
END
$$;

REVOKE EXECUTE ON FUNCTION ensure_partitions(integer), ledger_append(uuid[], bytea[], bigint[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_partitions(integer), ledger_append(uuid[], bytea[], bigint[], bytea[])
    TO oncegate_service;
GRANT SELECT ON ledger_head TO oncegate_service, oncegate_auditor;
GRANT SELECT ON ledger_entry, ledger_subject TO oncegate_auditor;
