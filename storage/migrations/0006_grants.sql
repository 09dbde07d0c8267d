-- Grants: how often a day, under which stored operations, when suspended, by which answer, and with whose signature.
ALTER TABLE sharing_grant
    ADD COLUMN quota_per_day integer CHECK (quota_per_day > 0),  -- none: without a limit
    ADD COLUMN operations text[] NOT NULL DEFAULT '{}',  -- hashes of documents; none: any document
    ADD COLUMN suspended_at timestamptz,
    ADD COLUMN suspended_reason text,
    ADD COLUMN renews text REFERENCES sharing_grant,
    ADD COLUMN application text,  -- whose answer it is; none: recorded by the operator
    ADD COLUMN signature bytea,
    ADD CHECK ((suspended_at IS NULL) = (coalesce(suspended_reason, '') = ''));
CREATE INDEX ON sharing_grant (answered_by);
