-- What was granted, on which catalogue, for which cases.

CREATE TABLE sharing_grant (
    id             text PRIMARY KEY,  -- the hash of what was granted: the same grant given twice is one
    consumer       text NOT NULL REFERENCES department,
    items          text[] NOT NULL CHECK (cardinality(items) > 0),
    form           text NOT NULL CHECK (form IN ('full', 'masked', 'verify')),
    rows           text NOT NULL CHECK (rows IN ('all', 'own_division', 'case_subject')),
    uses           text[] NOT NULL CHECK (cardinality(uses) > 0 AND uses <@ ARRAY['administrative_basis',
                       'work_reference', 'data_verification', 'business_coordination']),
    matters        text[] NOT NULL DEFAULT '{}',  -- none: any matter
    modes          text[] NOT NULL CHECK (cardinality(modes) > 0),
    valid_from     timestamptz NOT NULL DEFAULT now(),
    valid_until    timestamptz NOT NULL CHECK (valid_until > valid_from),
    revoked_at     timestamptz,
    revoked_reason text,
    answered_by    text NOT NULL,
    basis          text NOT NULL CHECK (basis <> ''),
    created_at     timestamptz NOT NULL DEFAULT now(),
    -- Art. 16(1): a refusal must give its reasons; a withdrawal is one
    CHECK ((revoked_at IS NULL) = (coalesce(revoked_reason, '') = ''))
);
CREATE INDEX ON sharing_grant (consumer);

CREATE TABLE catalogue_version (
    version      integer PRIMARY KEY CHECK (version > 0),
    document     jsonb NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    published_by text NOT NULL
);

-- A case names its subjects before the first read; that is what `case_subject` means. Their codes stand in plain text:
-- the rule is a predicate at the source, which knows the code and not our hash of it. Only the service may read them.
CREATE TABLE service_case (
    number    text PRIMARY KEY,
    consumer  text NOT NULL REFERENCES department,
    matter    text NOT NULL,
    opened_by text NOT NULL,  -- the handler
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    subjects  jsonb NOT NULL CHECK (jsonb_typeof(subjects) = 'object')  -- role → list of codes
);
CREATE INDEX ON service_case (consumer);

CREATE TRIGGER sharing_grant_moves_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON sharing_grant
    FOR EACH STATEMENT EXECUTE FUNCTION move_epoch();
CREATE TRIGGER catalogue_moves_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalogue_version
    FOR EACH STATEMENT EXECUTE FUNCTION move_epoch();

CREATE FUNCTION name_catalogue_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE epoch SET catalogue_version = (SELECT coalesce(max(version), 0) FROM catalogue_version);
    RETURN NULL;
END
$$;
CREATE TRIGGER catalogue_names_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalogue_version
    FOR EACH STATEMENT EXECUTE FUNCTION name_catalogue_version();

GRANT SELECT, INSERT, UPDATE ON sharing_grant TO oncegate_service;
GRANT SELECT, INSERT ON catalogue_version TO oncegate_service;
GRANT SELECT, INSERT, UPDATE ON service_case TO oncegate_service;
GRANT SELECT ON sharing_grant, catalogue_version TO oncegate_auditor;
GRANT SELECT (number, consumer, matter, opened_by, opened_at, closed_at) ON service_case TO oncegate_auditor;
REVOKE EXECUTE ON FUNCTION name_catalogue_version() FROM PUBLIC;
