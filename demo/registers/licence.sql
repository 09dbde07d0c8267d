-- 电子证照基础信息库.
CREATE TABLE licence (
    identifier     text NOT NULL,
    type_code      text NOT NULL,
    type_name      text NOT NULL,
    number         text NOT NULL,
    holder_kind    text NOT NULL,
    holder_code    text NOT NULL,
    holder_name    text NOT NULL,
    issuer         text NOT NULL,
    division_code  text NOT NULL,
    issued_on      date NOT NULL,
    valid_from     date,
    valid_until    date,                       -- null: without limit
    status         text NOT NULL,
    file_digest    text NOT NULL,
    file_url       text NOT NULL,
    printed_serial text NOT NULL
);
-- after the rows
ALTER TABLE licence ADD PRIMARY KEY (identifier);
CREATE INDEX licence_holder ON licence (holder_code);
