-- Service matters with what replaces their materials: versions by the day from which they hold. A version is never changed:
-- a case is judged by the list that held when it was checked (Art. 16 ¶2). Each new one moves the epoch.

CREATE TABLE matter_version (
    code        text NOT NULL CHECK (code <> ''),
    version     integer NOT NULL CHECK (version > 0),
    valid_from  date NOT NULL,
    valid_until date CHECK (valid_until > valid_from),  -- null: until another version begins
    department  text NOT NULL REFERENCES department,
    document    json,  -- null: the matter is withdrawn; json and not jsonb: roles and materials keep their order
    reason      text NOT NULL CHECK (reason <> ''),
    client      text NOT NULL,
    handler     text NOT NULL,
    saved_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (code, version),
    CHECK (document IS NOT NULL OR (version > 1 AND valid_until IS NULL))
);

CREATE TRIGGER matter_version_moves_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON matter_version
    FOR EACH STATEMENT EXECUTE FUNCTION move_epoch();

GRANT SELECT, INSERT ON matter_version TO oncegate_service;
GRANT SELECT ON matter_version TO oncegate_auditor;
