-- Working calendars that an operator loaded, and notices to departments by signed webhook.

-- One row for each time that a year was loaded; the last revision of a year holds, the former ones are kept.
CREATE TABLE working_year (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    year         integer NOT NULL CHECK (year BETWEEN 2000 AND 2200),
    revision     integer NOT NULL CHECK (revision > 0),
    holidays     date[] NOT NULL,
    make_up_days date[] NOT NULL,
    basis        text NOT NULL CHECK (basis <> ''),  -- the notice's number
    department   text NOT NULL REFERENCES department,
    client       text NOT NULL,
    handler      text NOT NULL,
    loaded_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (year, revision)
);

-- An endpoint of a department. Its secret is not here: it is derived from a key that stands outside the database.
CREATE TABLE webhook (
    id              uuid PRIMARY KEY,
    department      text NOT NULL REFERENCES department,
    url             text NOT NULL CHECK (url <> ''),
    secret_key      text NOT NULL,  -- which key the secret is derived from
    registered_by   text NOT NULL,  -- the client
    handler         text NOT NULL,
    registered_at   timestamptz NOT NULL DEFAULT now(),
    removed_at      timestamptz,
    removed_by      text,
    removed_handler text,
    CHECK ((removed_at IS NULL) = (removed_by IS NULL) AND (removed_at IS NULL) = (removed_handler IS NULL))
);
CREATE UNIQUE INDEX ON webhook (department, url) WHERE removed_at IS NULL;

-- What departments are told: states, dates, numbers; no personal data.
CREATE TABLE notice (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid NOT NULL UNIQUE,  -- the same at each try and each endpoint: by it a receiver knows a repetition
    department text NOT NULL,
    kind       text NOT NULL CHECK (kind <> ''),
    about      text NOT NULL,
    facts      jsonb NOT NULL CHECK (jsonb_typeof(facts) = 'object'),
    once       text UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON notice (department, number);

CREATE TABLE delivery (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice       bigint NOT NULL REFERENCES notice,
    webhook      uuid NOT NULL REFERENCES webhook,
    tries        integer NOT NULL DEFAULT 0,
    next_try_at  timestamptz DEFAULT now(),  -- null once it is over
    delivered_at timestamptz,
    given_up_at  timestamptz,
    UNIQUE (notice, webhook),
    CHECK ((next_try_at IS NULL) = (delivered_at IS NOT NULL OR given_up_at IS NOT NULL))
);
CREATE INDEX ON delivery (webhook, next_try_at, id) WHERE next_try_at IS NOT NULL;

CREATE TABLE notice_try (
    delivery     bigint NOT NULL REFERENCES delivery,
    number       integer NOT NULL CHECK (number > 0),
    tried_at     timestamptz NOT NULL,
    milliseconds integer NOT NULL,
    failure      text,  -- null: delivered
    PRIMARY KEY (delivery, number)
);

-- Tell a department, within the transaction of what it is told of; the sender hears of it when that commits.
CREATE FUNCTION tell_notice(to_department text, of_kind text, of_what text, told jsonb, told_once text) RETURNS uuid
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    new_number bigint;
    new_id     uuid := gen_random_uuid();
BEGIN
    INSERT INTO notice (id, department, kind, about, facts, once)
        VALUES (new_id, to_department, of_kind, of_what, told, told_once)
        ON CONFLICT (once) DO NOTHING RETURNING number INTO new_number;
    IF new_number IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO delivery (notice, webhook)
        SELECT new_number, webhook.id FROM webhook WHERE webhook.department = to_department AND removed_at IS NULL;
    IF FOUND THEN
        PERFORM pg_notify('oncegate_notice', '');
    END IF;
    RETURN new_id;
END
$$;

GRANT SELECT, INSERT ON working_year, notice, notice_try TO oncegate_service;
GRANT SELECT, INSERT, UPDATE ON delivery TO oncegate_service;
GRANT SELECT, INSERT ON webhook TO oncegate_service;
GRANT UPDATE (removed_at, removed_by, removed_handler) ON webhook TO oncegate_service;
GRANT SELECT ON working_year, webhook, delivery, notice_try TO oncegate_auditor;
GRANT SELECT (number, id, department, kind, about, created_at) ON notice TO oncegate_auditor;
REVOKE EXECUTE ON FUNCTION tell_notice(text, text, text, jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tell_notice(text, text, text, jsonb, text) TO oncegate_service;
