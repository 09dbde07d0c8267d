-- Cases over days: who acts for whom, one handler after another, what each check told, what was asked of the citizen all the
-- same (Art. 16 ¶2), proof that was offered (Art. 18). What has happened is not changed: the service only adds.

ALTER TABLE service_case
    ADD COLUMN handled_by  text CHECK (handled_by <> ''),  -- null: still whoever opened it
    ADD COLUMN authorities jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(authorities) = 'array'),
    ADD COLUMN result      text CHECK (result IN ('approved', 'refused', 'withdrawn')),
    ADD COLUMN closed_by   text CHECK (closed_by <> ''),
    ADD CONSTRAINT service_case_end CHECK (closed_at IS NOT NULL OR (result IS NULL AND closed_by IS NULL));
CREATE INDEX ON service_case (consumer, opened_at, number);
CREATE INDEX ON service_case (consumer, coalesce(handled_by, opened_by), opened_at, number);

CREATE TABLE case_handover (
    id       uuid PRIMARY KEY,  -- its entry in the ledger
    consumer text NOT NULL,
    number   text NOT NULL,
    passed_by text NOT NULL,    -- who had it
    passed_to text NOT NULL,
    reason   text NOT NULL CHECK (reason <> ''),
    handler  text NOT NULL,     -- who handed it over
    client   text NOT NULL,
    at       timestamptz NOT NULL,
    FOREIGN KEY (consumer, number) REFERENCES service_case
);
CREATE INDEX ON case_handover (consumer, number, id);

-- What a check told, by material and by item: verdicts in words, contents only as keyed hashes.
CREATE TABLE case_check (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer text NOT NULL,
    number   text NOT NULL,
    matter   text NOT NULL,
    receipt  uuid NOT NULL,     -- its entry in the ledger
    at       timestamptz NOT NULL,
    verdicts jsonb NOT NULL CHECK (jsonb_typeof(verdicts) = 'object'),  -- material → verdict
    digests  jsonb NOT NULL CHECK (jsonb_typeof(digests) = 'object'),   -- material or path → keyed hash, in hex
    FOREIGN KEY (consumer, number) REFERENCES service_case
);
CREATE INDEX ON case_check (consumer, number, matter, id);

-- 收取材料: a material that was asked for or accepted, with the verdict that held then.
CREATE TABLE case_collection (
    id         uuid PRIMARY KEY,  -- its entry in the ledger
    consumer   text NOT NULL,
    number     text NOT NULL,
    matter     text NOT NULL,
    material   text NOT NULL CHECK (material <> ''),
    kind       text NOT NULL CHECK (kind IN ('duplicate', 'lawful', 'offered')),
    verdict    text,              -- null: no check was run
    reason     text CHECK (reason <> ''),
    checked_by uuid,              -- the receipt of that check
    checked_at timestamptz,
    handler    text NOT NULL,
    client     text NOT NULL,
    at         timestamptz NOT NULL,
    CHECK (kind <> 'duplicate' OR reason IS NOT NULL),
    CHECK (kind = 'offered' OR verdict IS NOT NULL),
    FOREIGN KEY (consumer, number) REFERENCES service_case
);
CREATE INDEX ON case_collection (consumer, number, id);
CREATE INDEX ON case_collection (consumer, id);
CREATE INDEX ON case_collection (matter, material, id);

-- A scan of proof that was offered: part of the case file, read by its department alone.
CREATE TABLE case_proof (
    id         uuid PRIMARY KEY REFERENCES case_collection,
    doubt      text CHECK (doubt <> ''),
    name       text NOT NULL CHECK (name <> ''),
    media_type text NOT NULL CHECK (media_type <> ''),
    sha256     text NOT NULL CHECK (sha256 = encode(sha256(content), 'hex')),
    content    bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 2097152)
);

GRANT UPDATE (handled_by, result, closed_by) ON service_case TO oncegate_service;
GRANT SELECT, INSERT ON case_handover, case_check, case_collection, case_proof TO oncegate_service;
GRANT SELECT (handled_by, result, closed_by) ON service_case TO oncegate_auditor;
-- Words of handlers, hashes of contents and scans are not for the ledger's auditor.
GRANT SELECT (id, consumer, number, passed_by, passed_to, handler, client, at) ON case_handover TO oncegate_auditor;
GRANT SELECT (id, consumer, number, matter, receipt, at, verdicts) ON case_check TO oncegate_auditor;
GRANT SELECT (id, consumer, number, matter, material, kind, verdict, checked_by, checked_at, handler, client, at)
    ON case_collection TO oncegate_auditor;
GRANT SELECT (id, doubt, media_type, sha256) ON case_proof TO oncegate_auditor;
