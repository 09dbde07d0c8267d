-- 人口基础信息库, with the marriage register of 民政.
CREATE TABLE person (
    id_number              text NOT NULL,
    name                   text NOT NULL,
    sex                    text NOT NULL,      -- GB/T 2261.1
    ethnic_group           text NOT NULL,      -- GB/T 3304
    birth_date             date NOT NULL,
    birthplace             text,               -- GB/T 2260, the code in force then
    vital_status           text NOT NULL,      -- 1 alive, 2 deceased, 3 declared dead, 4 missing
    division_code          text NOT NULL,
    registered_residence   text NOT NULL,
    household_number       text,
    relation_to_head       text,               -- GB/T 4761
    id_card_valid_until    date,               -- null: without limit
    education              text,               -- GB/T 4658
    phone                  text,
    adoption_record        text,
    sealed_juvenile_record text
);
CREATE TABLE household (
    number         text NOT NULL,
    address        text NOT NULL,
    division_code  text NOT NULL,
    head_id_number text NOT NULL
);
-- One row for each living party of the latest registration.
CREATE TABLE marriage_record (
    id_number          text NOT NULL,
    status             text NOT NULL,          -- GB/T 2261.2
    registered_on      date NOT NULL,
    authority          text NOT NULL,
    division_code      text NOT NULL,
    spouse_id_number   text NOT NULL,
    certificate_number text
);
-- after the rows
ALTER TABLE person ADD PRIMARY KEY (id_number);
CREATE INDEX person_household ON person (household_number);
ALTER TABLE household ADD PRIMARY KEY (number);
ALTER TABLE marriage_record ADD PRIMARY KEY (id_number);
