-- What a person may learn of who looked (个人信息保护法 44, 45), and the hiding of investigations that a law orders.

ALTER TABLE sharing_grant ADD COLUMN concealment jsonb CHECK (jsonb_typeof(concealment) = 'object');

-- Up to when a subject is not told of an entry; -infinity: it is told at once. It only repeats, for the index, what the
-- entry's payload says, which the chain covers (`ledger verify` compares the two).
ALTER TABLE ledger_subject ADD COLUMN concealed_until timestamptz NOT NULL DEFAULT '-infinity';

-- All of a subject's entries that may be told stand together, the newest first, and so do those whose time has come: what is
-- hidden is not even passed over, so how long a search takes says nothing of it.
CREATE INDEX ON ledger_subject (subject, concealed_until, recorded_at DESC, sequence DESC);
DROP INDEX ledger_subject_subject_idx;

-- What an entry says of it, among its first bytes (ledger/entry.py): before the key there is nothing but ids and a time.
CREATE FUNCTION concealed_until(payload bytea) RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN position('"concealed":{'::bytea IN substring(payload FROM 1 FOR 300)) > 0
        THEN substring(encode(substring(payload FROM 1 FOR 400), 'escape') FROM '"concealed":\{"until":"([-0-9T:.Z]+)"')::timestamptz
        ELSE '-infinity' END
$$;

DROP FUNCTION ledger_append(uuid[], bytea[], bigint[], bytea[], bytea[]);

-- As in 0013, with the moment from which each subject is told of its entry.
CREATE FUNCTION ledger_append(
    ids uuid[], payloads bytea[], epochs bigint[], subjects bytea[], receipts bytea[] DEFAULT NULL,
    OUT sequences bigint[], OUT current_epoch bigint
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
    INSERT INTO ledger_entry (sequence, recorded_at, id, hash, payload, receipt)
        SELECT appended.sequence, moment, appended.id, appended.hash, appended.payload, appended.receipt
        FROM unnest(sequences, ids, hashes, payloads, receipts) AS appended (sequence, id, hash, payload, receipt)
        WHERE appended.sequence IS NOT NULL;
    INSERT INTO ledger_subject (sequence, ordinal, recorded_at, subject, concealed_until)
        SELECT appended.sequence, ordinal, moment, substring(appended.subjects FROM ordinal * 18 + 1 FOR 18),
               concealed_until(appended.payload)
        FROM unnest(sequences, subjects, payloads) AS appended (sequence, subjects, payload),
             generate_series(0, length(appended.subjects) / 18 - 1) AS ordinal
        WHERE appended.sequence IS NOT NULL;
    UPDATE ledger_head SET sequence = head.sequence, hash = head.hash;
END
$$;

-- A subject's entries that it may be told, the newest first: `subjects` are its references under all keys, `since` and `upto`
-- bound the time (both included), `skipped` of them are left out, at most `most` are given. The service may not read the ledger
-- otherwise: it finds nobody whose number it does not know, and nothing that is hidden.
CREATE FUNCTION access_records(
    subjects bytea[], since timestamptz, upto timestamptz, skipped integer, most integer
) RETURNS TABLE (sequence bigint, recorded_at timestamptz, ordinal integer, payload bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan AS $$  -- planned once a connection: with all months that takes longer than to find
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT found.sequence, found.recorded_at, found.ordinal, entry.payload
    FROM (
        SELECT told.sequence, told.recorded_at, told.ordinal
        FROM unnest(subjects) AS wanted (subject), LATERAL (
            (SELECT open.sequence, open.recorded_at, open.ordinal FROM ledger_subject AS open
             WHERE open.subject = wanted.subject AND open.concealed_until = '-infinity'
               AND open.recorded_at BETWEEN since AND upto
             ORDER BY open.recorded_at DESC, open.sequence DESC LIMIT skipped + most)
            UNION ALL
            (SELECT lapsed.sequence, lapsed.recorded_at, lapsed.ordinal FROM ledger_subject AS lapsed
             WHERE lapsed.subject = wanted.subject AND lapsed.concealed_until > '-infinity' AND lapsed.concealed_until <= now()
               AND lapsed.recorded_at BETWEEN since AND upto
             ORDER BY lapsed.recorded_at DESC, lapsed.sequence DESC LIMIT skipped + most)
        ) AS told
        ORDER BY told.recorded_at DESC, told.sequence DESC OFFSET skipped LIMIT most
    ) AS found
    JOIN ledger_entry AS entry ON entry.sequence = found.sequence AND entry.recorded_at = found.recorded_at
    ORDER BY found.recorded_at DESC, found.sequence DESC;
END
$$;

REVOKE EXECUTE ON FUNCTION concealed_until(bytea), ledger_append(uuid[], bytea[], bigint[], bytea[], bytea[]),
    access_records(bytea[], timestamptz, timestamptz, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION concealed_until(bytea) TO oncegate_auditor;
GRANT EXECUTE ON FUNCTION ledger_append(uuid[], bytea[], bigint[], bytea[], bytea[]),
    access_records(bytea[], timestamptz, timestamptz, integer, integer) TO oncegate_service;
