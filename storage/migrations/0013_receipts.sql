-- Signed receipts, kept beside the entry that they are of, and reading one recorded entry back for those whose it is.

-- What the gateway signed of an answer, without the salts of its values: nobody finds a value again with it. The chain does
-- not cover it; the entry's payload holds the hash of the data, and the signature covers the rest.
ALTER TABLE ledger_entry ADD COLUMN receipt bytea;

DROP FUNCTION ledger_append(uuid[], bytea[], bigint[], bytea[]);

-- As in 0003, with the signed receipt of each entry that has one: written in the same statement, durable with its entry.
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
    INSERT INTO ledger_subject (sequence, ordinal, recorded_at, subject)
        SELECT appended.sequence, ordinal, moment, substring(appended.subjects FROM ordinal * 18 + 1 FOR 18)
        FROM unnest(sequences, subjects) AS appended (sequence, subjects),
             generate_series(0, length(appended.subjects) / 18 - 1) AS ordinal
        WHERE appended.sequence IS NOT NULL;
    UPDATE ledger_head SET sequence = head.sequence, hash = head.hash;
END
$$;

-- One answered entry, for a party of it: the department that asked, the one that it acted for, or a provider of one of
-- `items` that stands in it. No row for anybody else: what is foreign looks like what is unknown. The service may not read
-- the ledger otherwise.
CREATE FUNCTION ledger_recorded(of_entry uuid, party text, items text[]) RETURNS TABLE (
    sequence bigint, recorded_at timestamptz, payload bytea, receipt bytea, subjects bytea[]
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT entry.sequence, entry.recorded_at, entry.payload, entry.receipt, ARRAY(
        SELECT subject FROM ledger_subject AS named
        WHERE named.sequence = entry.sequence AND named.recorded_at = entry.recorded_at ORDER BY ordinal
    )
    FROM ledger_entry AS entry, LATERAL (SELECT convert_from(entry.payload, 'UTF8')::jsonb AS told OFFSET 0) AS entry_told
    WHERE entry.id = of_entry AND told ->> 'kind' = 'answered' AND (
        told ->> 'consumer' = party
        OR told -> 'purpose' ->> 'actingFor' = party
        OR EXISTS (SELECT FROM jsonb_array_elements(told -> 'outcomes') AS place WHERE place ->> 1 = ANY (items))
    )
$$;

REVOKE EXECUTE ON FUNCTION ledger_append(uuid[], bytea[], bigint[], bytea[], bytea[]), ledger_recorded(uuid, text, text[])
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_append(uuid[], bytea[], bigint[], bytea[], bytea[]), ledger_recorded(uuid, text, text[])
    TO oncegate_service;
