-- The catalogue's life: drafts of a register's file, confirmations, change events, claims. What is published is
-- catalogue_version (0002); none of these tables moves the epoch.

CREATE TABLE catalogue_draft (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    register          text NOT NULL,
    path              text NOT NULL,
    compiler          text NOT NULL REFERENCES department,
    state             text NOT NULL CHECK (state IN ('drafted', 'submitted', 'published', 'withdrawn')),
    base              integer NOT NULL REFERENCES catalogue_version,
    revision          integer NOT NULL CHECK (revision > 0),
    text              text NOT NULL,
    tasks             bigint[] NOT NULL DEFAULT '{}',
    providers         text[] NOT NULL DEFAULT '{}',  -- whose confirmation it needed when it was saved
    opened_at         timestamptz NOT NULL DEFAULT now(),
    changed_at        timestamptz NOT NULL DEFAULT now(),
    published_version integer REFERENCES catalogue_version,
    CHECK ((state = 'published') = (published_version IS NOT NULL))
);
CREATE INDEX ON catalogue_draft (register, state);

-- Every step with date, department, client and handler; the text wherever the step changed it: versions are kept.
CREATE TABLE catalogue_draft_step (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    draft      bigint NOT NULL REFERENCES catalogue_draft,
    act        text NOT NULL CHECK (act IN ('draft', 'edit', 'submit', 'confirm', 'object', 'publish', 'withdraw')),
    revision   integer NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    department text NOT NULL REFERENCES department,
    client     text NOT NULL,
    handler    text NOT NULL,
    note       text NOT NULL DEFAULT '',
    text       text
);
CREATE INDEX ON catalogue_draft_step (draft);

-- A provider's latest word; it holds while what the draft does to its part has the same fingerprint.
CREATE TABLE catalogue_confirmation (
    draft       bigint NOT NULL REFERENCES catalogue_draft,
    provider    text NOT NULL REFERENCES department,
    accepted    boolean NOT NULL,
    reason      text NOT NULL DEFAULT '' CHECK (accepted OR reason <> ''),
    fingerprint text NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (draft, provider)
);

-- Art. 9: a legal or functional change is brought into the catalogue in so many working days from its effect.
CREATE TABLE change_task (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    register          text NOT NULL,
    kind              text NOT NULL CHECK (kind IN ('law', 'function')),
    basis             text NOT NULL CHECK (basis <> ''),
    effective_on      date NOT NULL,
    term_working_days integer NOT NULL CHECK (term_working_days > 0),
    reported_at       timestamptz NOT NULL DEFAULT now(),
    department        text NOT NULL REFERENCES department,
    client            text NOT NULL,
    handler           text NOT NULL,
    completed_at      timestamptz,
    completed_version integer REFERENCES catalogue_version,
    CHECK ((completed_at IS NULL) = (completed_version IS NULL))
);
CREATE INDEX ON change_task (effective_on) WHERE completed_at IS NULL;

-- Art. 4(3): who is the source of which part of an item's rows, beside what the catalogue says itself.
CREATE TABLE source_part (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item       text NOT NULL,
    department text NOT NULL REFERENCES department,
    division   text NOT NULL CHECK (division ~ '^[0-9]{6}$'),
    released   boolean NOT NULL,
    let_go_to  text REFERENCES department CHECK ((let_go_to IS NULL) = NOT released),
    at         timestamptz NOT NULL DEFAULT now(),
    client     text NOT NULL,
    handler    text NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX ON source_part (item) WHERE ended_at IS NULL;

CREATE TABLE verifying_source (
    item       text NOT NULL,
    department text NOT NULL REFERENCES department,
    at         timestamptz NOT NULL DEFAULT now(),
    named_by   text NOT NULL REFERENCES department,
    client     text NOT NULL,
    handler    text NOT NULL,
    PRIMARY KEY (item, department)
);

GRANT SELECT, INSERT, UPDATE ON catalogue_draft, catalogue_confirmation, change_task, source_part TO oncegate_service;
GRANT SELECT, INSERT ON catalogue_draft_step, verifying_source TO oncegate_service;
GRANT SELECT ON catalogue_draft, catalogue_draft_step, catalogue_confirmation, change_task, source_part, verifying_source
    TO oncegate_auditor;
