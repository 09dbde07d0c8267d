-- 社会信用基础信息库.
CREATE TABLE credit_subject (
    code          text NOT NULL,
    name          text NOT NULL,
    subject_kind  text NOT NULL,
    division_code text NOT NULL,
    level         text,
    score         bigint
);
CREATE TABLE credit_record (
    record_number   text NOT NULL,
    subject_code    text NOT NULL,
    list_kind       text NOT NULL,             -- SERIOUS_DISHONESTY, TRUST_INCENTIVE, PERMIT, PENALTY
    decision        text NOT NULL,
    basis           text NOT NULL,
    authority       text NOT NULL,
    decided_on      date NOT NULL,
    published_until date,                      -- null: without limit
    repaired_on     date
);
-- after the rows
ALTER TABLE credit_subject ADD PRIMARY KEY (code);
ALTER TABLE credit_record ADD PRIMARY KEY (record_number);
CREATE INDEX credit_record_subject ON credit_record (subject_code, list_kind);
