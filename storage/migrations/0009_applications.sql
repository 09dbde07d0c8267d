-- Applications: what happened to each, from its draft on (Art. 16 ¶1). The state is the sum of the events; the row of an
-- application is an index over them, moved with each event, so that two steps at once cannot both be taken.

CREATE TABLE application (
    id               uuid PRIMARY KEY,  -- in the order of drafting
    batch            uuid NOT NULL,     -- the applications of one draft
    consumer         text NOT NULL REFERENCES department,
    provider         text NOT NULL REFERENCES department CHECK (provider <> consumer),
    revision         integer NOT NULL CHECK (revision > 0),  -- the number of its last event
    state            text NOT NULL,
    items            text[] NOT NULL,
    awaiting         text[] NOT NULL,   -- the items that await an answer, while the clock runs
    drafted_at       timestamptz NOT NULL,
    submitted_at     timestamptz,  -- none: its provider knows nothing of it
    due              date,         -- the last day to answer, where one is awaited
    due_provisional  boolean NOT NULL DEFAULT false,
    calendar_version integer NOT NULL DEFAULT 0,  -- by which calendar it was computed
    coordinator      text REFERENCES department   -- who was asked to coordinate
);
CREATE INDEX ON application (provider, id) WHERE submitted_at IS NOT NULL;
CREATE INDEX ON application (consumer, id);
CREATE INDEX ON application (coordinator, id) WHERE coordinator IS NOT NULL;
CREATE INDEX ON application (calendar_version) WHERE due_provisional;
CREATE INDEX ON application (due) WHERE state = 'submitted';
CREATE INDEX ON application (consumer) WHERE due IS NOT NULL;
CREATE INDEX ON application (consumer) WHERE submitted_at IS NULL;

CREATE TABLE application_event (
    application uuid NOT NULL REFERENCES application,
    number      integer NOT NULL CHECK (number > 0),
    kind        text NOT NULL,
    at          timestamptz NOT NULL,
    department  text NOT NULL REFERENCES department,
    client      text NOT NULL,
    handler     text NOT NULL,
    detail      jsonb NOT NULL,
    PRIMARY KEY (application, number)
);

-- 附函: a file that goes with an answer; both parties may read it once the answer is issued.
CREATE TABLE answer_letter (
    application uuid NOT NULL REFERENCES application,
    sha256      text NOT NULL CHECK (sha256 = encode(sha256(content), 'hex')),
    content     bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 1048576),
    PRIMARY KEY (application, sha256)
);

-- Condition templates of a provider: on which terms it usually answers.
CREATE TABLE answer_template (
    id       uuid PRIMARY KEY,
    provider text NOT NULL REFERENCES department,
    name     text NOT NULL CHECK (name <> ''),
    content  jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    saved_by text NOT NULL,
    handler  text NOT NULL,
    UNIQUE (provider, name)
);

-- What has happened is not changed: the service adds events and letters, and moves the index over them.
GRANT SELECT, INSERT, UPDATE ON application, answer_template TO oncegate_service;
GRANT SELECT, INSERT ON application_event, answer_letter TO oncegate_service;
GRANT SELECT ON application TO oncegate_auditor;
GRANT SELECT (application, number, kind, at, department, client) ON application_event TO oncegate_auditor;
