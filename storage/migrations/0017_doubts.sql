-- Doubts: what happened to each, from its report on (Art. 18). The state is the sum of the events; the row of a doubt is an
-- index over them, moved with each event, so that two steps at once cannot both be taken. Whose data it is about stands
-- there as the ledger's keyed hash alone.

CREATE TABLE doubt (
    id              uuid PRIMARY KEY,  -- in the order of reporting
    reporter        text NOT NULL REFERENCES department,
    provider        text NOT NULL REFERENCES department,  -- who verifies it now
    former          text[] NOT NULL DEFAULT '{}',  -- who it was transferred from
    revision        integer NOT NULL CHECK (revision > 0),  -- the number of its last event
    state           text NOT NULL,
    told            text NOT NULL,  -- the state as its reporter is told it
    open            boolean NOT NULL,
    item            text NOT NULL,
    subject         bytea NOT NULL CHECK (length(subject) = 18),
    receipt         uuid NOT NULL,
    path            text NOT NULL,
    reported_at     timestamptz NOT NULL,
    due             date NOT NULL,
    due_provisional boolean NOT NULL
);
CREATE INDEX ON doubt (provider, id);
CREATE INDEX ON doubt (reporter, id);
CREATE INDEX ON doubt (subject);
CREATE INDEX ON doubt USING gin (former) WHERE former <> '{}';
CREATE INDEX ON doubt (due) WHERE open;
-- The same doubt of the same answer is reported once.
CREATE UNIQUE INDEX doubt_once ON doubt (reporter, receipt, path, subject) WHERE open;

CREATE TABLE doubt_event (
    doubt      uuid NOT NULL REFERENCES doubt,
    number     integer NOT NULL CHECK (number > 0),
    kind       text NOT NULL,
    at         timestamptz NOT NULL,
    department text NOT NULL REFERENCES department,
    client     text NOT NULL,
    handler    text NOT NULL,
    detail     jsonb NOT NULL,
    PRIMARY KEY (doubt, number)
);

-- What shows that the register is wrong: for the reporter and whoever verifies it.
CREATE TABLE doubt_evidence (
    doubt   uuid NOT NULL REFERENCES doubt,
    sha256  text NOT NULL CHECK (sha256 = encode(sha256(content), 'hex')),
    content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 1048576),
    PRIMARY KEY (doubt, sha256)
);

-- From the report on every answer says so, everywhere, and from the end on none does: what opens or closes a doubt moves the
-- epoch. A step between changes no answer.
CREATE TRIGGER doubt_opens AFTER INSERT ON doubt FOR EACH ROW EXECUTE FUNCTION move_epoch();
CREATE TRIGGER doubt_closes AFTER UPDATE ON doubt FOR EACH ROW WHEN (OLD.open IS DISTINCT FROM NEW.open)
    EXECUTE FUNCTION move_epoch();
CREATE TRIGGER doubts_go AFTER DELETE OR TRUNCATE ON doubt FOR EACH STATEMENT EXECUTE FUNCTION move_epoch();

-- The answers since a moment that told one of these items of the subject, known by any of its references: to which department
-- (and for which, where it acted for another), under which receipt; the latest first. The service may not read the ledger:
-- what leaves here are receipts, of which each department is told its own.
CREATE FUNCTION doubt_received(
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
          AND place ->> 2 IN ('SHARED', 'MASKED', 'NONCONFORMING', 'UNDER_VERIFICATION')
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
REVOKE EXECUTE ON FUNCTION doubt_received(bytea[], text[], timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION doubt_received(bytea[], text[], timestamptz, integer) TO oncegate_service;

GRANT SELECT, INSERT, UPDATE ON doubt TO oncegate_service;
GRANT SELECT, INSERT ON doubt_event, doubt_evidence TO oncegate_service;
GRANT SELECT ON doubt TO oncegate_auditor;
GRANT SELECT (doubt, number, kind, at, department, client) ON doubt_event TO oncegate_auditor;
