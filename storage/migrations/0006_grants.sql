-- Grants: how often a day, under which stored operations, by whose answer, signed with a key that is not kept here.
ALTER TABLE sharing_grant
    ADD COLUMN quota_per_day integer CHECK (quota_per_day > 0),  -- none: without a limit
    ADD COLUMN operations text[] NOT NULL DEFAULT '{}',  -- hashes of documents; none: any document
    ADD COLUMN renews text REFERENCES sharing_grant,  -- the grant whose place it takes
    ADD COLUMN application text,  -- whose answer it is; none: recorded without one
    ADD COLUMN handler text,  -- the officer who answered
    ADD COLUMN signing_key text,
    ADD COLUMN signature bytea,  -- Ed25519 over the canonical text (sharing/sealed.py); without one it counts for nothing
    ADD COLUMN revoked_by text,  -- the officer
    ADD CHECK ((signing_key IS NULL) = (signature IS NULL));
CREATE INDEX ON sharing_grant (answered_by);
CREATE INDEX ON sharing_grant (renews) WHERE renews IS NOT NULL;
