-- 多元校核 ends, too: who named a verifying source takes it back and says why. It may be named again; each time is a row.
ALTER TABLE verifying_source
    DROP CONSTRAINT verifying_source_pkey,
    ADD COLUMN id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ADD COLUMN ended_at      timestamptz CHECK (ended_at >= at),
    ADD COLUMN ended_reason  text CHECK (ended_reason <> ''),
    ADD COLUMN ended_client  text,
    ADD COLUMN ended_handler text,
    ADD CHECK (num_nulls(ended_at, ended_reason, ended_client, ended_handler) IN (0, 4));
CREATE UNIQUE INDEX ON verifying_source (item, department) WHERE ended_at IS NULL;
CREATE INDEX ON verifying_source (item);

GRANT UPDATE (ended_at, ended_reason, ended_client, ended_handler) ON verifying_source TO oncegate_service;
