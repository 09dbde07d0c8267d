-- What is only compared with what is offered has an outcome of its own, COMPARED: the subject learns that no more was told. It
-- counts as use, and who compared with a wrong value is told of its correction, as before.

-- As in 0006, with COMPARED.
CREATE OR REPLACE FUNCTION count_usage(most integer, waits boolean) RETURNS bigint
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
                   bool_or(place ->> 2 IN ('SHARED', 'COMPARED', 'MASKED', 'NONCONFORMING', 'UNDER_VERIFICATION')) AS was_shown,
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

-- As in 0017, with COMPARED.
CREATE OR REPLACE FUNCTION doubt_received(
    subject_refs bytea[], items text[], since timestamptz, most integer
) RETURNS TABLE (consumer text, acting_for text, receipt uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT told ->> 'consumer', told -> 'purpose' ->> 'actingFor', entry.id
    FROM (
        SELECT DISTINCT sequence, ordinal, recorded_at FROM ledger_subject
        WHERE subject = ANY (subject_refs) AND recorded_at >= since
        ORDER BY recorded_at DESC, sequence DESC LIMIT most
    ) AS found
    JOIN ledger_entry AS entry USING (sequence, recorded_at)
    CROSS JOIN LATERAL (SELECT convert_from(entry.payload, 'UTF8')::jsonb AS told OFFSET 0) AS read
    WHERE told ->> 'kind' = 'answered' AND EXISTS (
        SELECT FROM jsonb_array_elements(told -> 'outcomes') AS place, jsonb_array_elements(told -> 'subjects') AS stood
        WHERE place ->> 1 = ANY (items)
          AND place ->> 2 IN ('SHARED', 'COMPARED', 'MASKED', 'NONCONFORMING', 'UNDER_VERIFICATION')
          AND (place ->> 0 = stood ->> 0 OR starts_with(place ->> 0, (stood ->> 0) || '.'))
          AND (stood -> 1) @> to_jsonb(found.ordinal)
          -- of whom no row stood there: what was told is that there is none, unless a rule may have hidden it
          AND (NOT EXISTS (
                   SELECT FROM jsonb_array_elements(coalesce(told -> 'absent', '[]')) AS lacking
                   WHERE lacking ->> 0 = stood ->> 0 AND (lacking -> 1) @> to_jsonb(found.ordinal))
               OR EXISTS (
                   SELECT FROM jsonb_array_elements(told -> 'outcomes') AS none
                   WHERE none ->> 0 = stood ->> 0 AND none ->> 3 = 'NO_ROW'))
    )
    ORDER BY entry.recorded_at DESC, entry.sequence DESC
$$;

-- What a step moves of a doubt, and nothing that says what is doubted, of whom, by whom (`MOVE`, `MOVE_DUE` of storage/doubts.py).
REVOKE UPDATE ON doubt FROM oncegate_service;
GRANT UPDATE (provider, former, revision, state, told, open, due, due_provisional) ON doubt TO oncegate_service;
