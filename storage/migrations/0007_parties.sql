-- Organisations: where they stand, who answers for them, offices, officers, entrustments.
--
-- What is dated is never overwritten: the service may end a term, and change nothing else of a row. A term that ends on
-- the day on which it begins never held: that is how an entry of the same day is corrected.

-- Only what decides on rights moves the epoch (department, entrustment: 0001); none of the tables here does.

-- A range over texts, so that an exclusion constraint can compare them without an extension: `[code, code]`.
CREATE TYPE text_range AS RANGE (subtype = text, collation = "C");

CREATE TABLE party (
    department    text PRIMARY KEY REFERENCES department,
    zone          text CHECK (zone IN ('intranet', 'extranet')),
    superior      text REFERENCES department CHECK (superior <> department),
    authorisation text CHECK (authorisation <> ''),
    answer_steps  text[] CHECK (answer_steps <@ ARRAY['handle', 'review', 'issue'])  -- null: a single issue
);

-- Art. 24: the principal head is the person with primary responsibility ex officio; implementing body, rules, goals.
CREATE TABLE responsibility (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    department  text NOT NULL REFERENCES department,
    subject     text NOT NULL CHECK (subject IN ('principal_head', 'implementing_body', 'rules', 'goals')),
    words       text NOT NULL CHECK (words <> ''),
    link        text CHECK (link <> ''),
    valid_from  date NOT NULL,
    valid_until date CHECK (valid_until >= valid_from),
    client      text NOT NULL,
    handler     text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    EXCLUDE USING gist (
        text_range(department, department, '[]') WITH &&,
        text_range(subject, subject, '[]') WITH &&,
        daterange(valid_from, valid_until) WITH &&
    ) WHERE (subject IN ('principal_head', 'implementing_body'))
);
CREATE INDEX ON responsibility (department);

-- Art. 5: one holder of an office on a day.
CREATE TABLE office (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          text NOT NULL CHECK (kind IN ('leading_group', 'leading_group_office', 'competent_department')),
    division_code text NOT NULL CHECK (division_code ~ '^[0-9]{6}$'),
    holder        text REFERENCES department CHECK (holder IS NOT NULL OR kind = 'leading_group'),
    title         text NOT NULL CHECK (title <> ''),
    head          text CHECK (head <> ''),
    basis         text NOT NULL CHECK (basis <> ''),
    valid_from    date NOT NULL,
    valid_until   date CHECK (valid_until >= valid_from),
    client        text NOT NULL,
    handler       text NOT NULL,
    recorded_at   timestamptz NOT NULL DEFAULT now(),
    EXCLUDE USING gist (
        text_range(kind, kind, '[]') WITH &&,
        text_range(division_code, division_code, '[]') WITH &&,
        daterange(valid_from, valid_until) WITH &&
    )
);

CREATE TABLE officer (
    department  text NOT NULL REFERENCES department,
    id          text NOT NULL CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),  -- the department's own number
    name        text NOT NULL CHECK (name <> ''),
    steps       text[] NOT NULL CHECK (steps <@ ARRAY['handle', 'review', 'issue']),  -- none: takes none any more
    valid_from  date NOT NULL,
    valid_until date CHECK (valid_until >= valid_from),
    client      text NOT NULL,
    handler     text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    EXCLUDE USING gist (
        text_range(department, department, '[]') WITH &&,
        text_range(lower(id), lower(id), '[]') WITH &&,
        daterange(valid_from, valid_until) WITH &&
    )
);
CREATE INDEX ON officer (department);

CREATE TABLE officer_substitute (
    department  text NOT NULL REFERENCES department,
    officer     text NOT NULL,
    substitute  text NOT NULL CHECK (substitute <> officer),
    valid_from  date NOT NULL,
    valid_until date NOT NULL CHECK (valid_until >= valid_from),
    client      text NOT NULL,
    handler     text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    EXCLUDE USING gist (
        text_range(department, department, '[]') WITH &&,
        text_range(officer, officer, '[]') WITH &&,
        text_range(substitute, substitute, '[]') WITH &&,
        daterange(valid_from, valid_until) WITH &&
    )
);
CREATE INDEX ON officer_substitute (department);

-- Entrustments: who recorded and ended them, and why. One that is ended before it begins never held.
ALTER TABLE entrustment
    ADD COLUMN recorded_by text,  -- null: the deployment's seed
    ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN ended_by text,
    ADD COLUMN ended_reason text CHECK (ended_reason <> ''),
    DROP CONSTRAINT entrustment_check1,
    ADD CONSTRAINT entrustment_term CHECK (valid_until >= valid_from),
    ADD CONSTRAINT entrustment_end CHECK (
        (ended_by IS NULL) = (ended_reason IS NULL) AND (ended_by IS NULL OR valid_until IS NOT NULL));

-- An entrustment is a right: it may be ended, once, and neither widened nor prolonged.
CREATE FUNCTION keep_entrustment() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.ended_by IS NOT NULL OR NEW.valid_until IS NULL OR NEW.valid_until > OLD.valid_until THEN
        RAISE EXCEPTION 'an entrustment is ended, never prolonged' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER entrustment_is_kept BEFORE UPDATE ON entrustment FOR EACH ROW EXECUTE FUNCTION keep_entrustment();
REVOKE EXECUTE ON FUNCTION keep_entrustment() FROM PUBLIC;
REVOKE UPDATE ON entrustment FROM oncegate_service;
GRANT UPDATE (valid_until, ended_by, ended_reason) ON entrustment TO oncegate_service;

-- Whom a case names is what `case_subject` means: it is closed, never changed, nor opened again.
CREATE FUNCTION keep_case() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a closed case stays closed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER service_case_is_kept BEFORE UPDATE ON service_case FOR EACH ROW EXECUTE FUNCTION keep_case();
REVOKE EXECUTE ON FUNCTION keep_case() FROM PUBLIC;
REVOKE UPDATE ON service_case FROM oncegate_service;
GRANT UPDATE (closed_at) ON service_case TO oncegate_service;

GRANT SELECT, INSERT, UPDATE ON party TO oncegate_service;
GRANT SELECT, INSERT, UPDATE (valid_until) ON responsibility, office, officer, officer_substitute TO oncegate_service;
GRANT SELECT ON party, officer_substitute TO oncegate_auditor;
-- Names of persons are not for the ledger's auditor.
GRANT SELECT (id, department, subject, link, valid_from, valid_until, client, handler, recorded_at) ON responsibility
    TO oncegate_auditor;
GRANT SELECT (id, kind, division_code, holder, title, basis, valid_from, valid_until, client, handler, recorded_at)
    ON office TO oncegate_auditor;
GRANT SELECT (department, id, steps, valid_from, valid_until, client, handler, recorded_at) ON officer
    TO oncegate_auditor;
