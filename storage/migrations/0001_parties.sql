-- Who takes part: departments, their clients, entrustments between them; and the epoch of rights and catalogue.

CREATE TABLE epoch (
    one               boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch             bigint NOT NULL DEFAULT 1,
    catalogue_version integer NOT NULL DEFAULT 0
);
INSERT INTO epoch DEFAULT VALUES;

-- The end of the ledger's chain.
CREATE TABLE ledger_head (
    one              boolean PRIMARY KEY DEFAULT true CHECK (one),
    sequence         bigint NOT NULL DEFAULT 0,
    hash             bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
    partitions_until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 10);  -- updated by every append: room for the row's next versions on its own page
INSERT INTO ledger_head DEFAULT VALUES;

-- Whatever changes rights or catalogue moves the epoch in its own transaction, under the lock of the ledger's head: that
-- orders it before or after each append, so a revocation that has committed holds for every entry after it, everywhere.
-- (Keep such transactions short: nothing is answered while one is open.)
CREATE FUNCTION move_epoch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moved bigint;
BEGIN
    PERFORM FROM ledger_head FOR UPDATE;
    UPDATE epoch SET epoch = epoch.epoch + 1 RETURNING epoch.epoch INTO moved;
    PERFORM pg_notify('oncegate_epoch', moved::text);
    RETURN NULL;
END
$$;

CREATE TABLE department (
    code          text PRIMARY KEY CHECK (code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),  -- GB 32100
    name          text NOT NULL,
    name_zh       text NOT NULL,
    kind          text NOT NULL
        CHECK (kind IN ('government', 'public_institution', 'social_organisation', 'other_authorised')),
    division_code text NOT NULL CHECK (division_code ~ '^[0-9]{6}$'),  -- GB/T 2260
    valid_from    timestamptz NOT NULL DEFAULT now(),
    valid_until   timestamptz CHECK (valid_until > valid_from)
);

CREATE TABLE client (
    id                text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9._-]{1,62}$'),
    department        text NOT NULL REFERENCES department,
    title             text NOT NULL,
    secret_rotated_at timestamptz NOT NULL DEFAULT now(),
    disabled_at       timestamptz,
    valid_until       timestamptz,
    tokens_not_before timestamptz,  -- set by a rotation after a leak
    introspection     boolean NOT NULL DEFAULT false,
    roles             text[] NOT NULL DEFAULT '{}',
    networks          cidr[] NOT NULL DEFAULT '{}',
    keys              text[] NOT NULL DEFAULT '{}',  -- RFC 7638 thumbprints, for RFC 9449
    certificates      text[] NOT NULL DEFAULT '{}',  -- RFC 8705 x5t#S256
    external          jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(external) = 'array'),  -- [[issuer, subject], …]
    rate_per_second   integer NOT NULL DEFAULT 50 CHECK (rate_per_second > 0),
    burst             integer NOT NULL DEFAULT 100 CHECK (burst > 0),
    created_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON client (department);

-- A rotation leaves the former secret valid for a while, so that a department can change over without an interruption.
CREATE TABLE client_secret (
    client      text NOT NULL REFERENCES client ON DELETE CASCADE,
    secret_hash text NOT NULL,
    valid_until timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client, secret_hash)
);

-- A counter acts for the department that has the duty, in these matters, on a written basis.
CREATE TABLE entrustment (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    counter_department text NOT NULL REFERENCES department,
    duty_department    text NOT NULL REFERENCES department CHECK (duty_department <> counter_department),
    matters            text[] NOT NULL DEFAULT '{}',  -- none: all of the duty's matters
    basis              text NOT NULL CHECK (basis <> ''),
    valid_from         timestamptz NOT NULL DEFAULT now(),
    valid_until        timestamptz CHECK (valid_until > valid_from)
);
CREATE INDEX ON entrustment (counter_department);
CREATE INDEX ON entrustment (duty_department);

CREATE TRIGGER department_moves_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON department
    FOR EACH STATEMENT EXECUTE FUNCTION move_epoch();
CREATE TRIGGER client_moves_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON client
    FOR EACH STATEMENT EXECUTE FUNCTION move_epoch();
CREATE TRIGGER client_secret_moves_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON client_secret
    FOR EACH STATEMENT EXECUTE FUNCTION move_epoch();
CREATE TRIGGER entrustment_moves_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON entrustment
    FOR EACH STATEMENT EXECUTE FUNCTION move_epoch();

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO oncegate_service, oncegate_auditor;
GRANT SELECT ON epoch TO oncegate_service, oncegate_auditor;
GRANT SELECT ON department, entrustment, client TO oncegate_auditor;
GRANT SELECT, INSERT, UPDATE ON department, client, client_secret, entrustment TO oncegate_service;
REVOKE EXECUTE ON FUNCTION move_epoch() FROM PUBLIC;
