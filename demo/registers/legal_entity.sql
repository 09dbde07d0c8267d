-- 法人单位基础信息库.
CREATE TABLE legal_entity (
    credit_code              text NOT NULL,
    name                     text NOT NULL,
    entity_type              text NOT NULL,
    representative_name      text NOT NULL,
    representative_id_number text NOT NULL,
    registered_address       text NOT NULL,
    established_on           date NOT NULL,
    status                   text NOT NULL,
    registration_authority   text NOT NULL,
    division_code            text NOT NULL,
    registered_capital       numeric(18, 2),   -- 10,000 yuan
    business_scope           text,
    industry_code            text NOT NULL,    -- GB/T 4754
    operating_term_until     date,             -- null: without limit
    liquidation              text,
    social_insured_count     bigint,
    statistical_return       text
);
CREATE TABLE shareholder (
    credit_code text NOT NULL,
    position    bigint NOT NULL,
    name        text NOT NULL,
    share       numeric(5, 2) NOT NULL         -- percent
);
-- after the rows
ALTER TABLE legal_entity ADD PRIMARY KEY (credit_code);
CREATE INDEX legal_entity_representative ON legal_entity (representative_id_number);
ALTER TABLE shareholder ADD PRIMARY KEY (credit_code, position);
