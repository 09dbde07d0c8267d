-- A case's number is its department's own: another department's case of the same number is another case.
ALTER TABLE service_case DROP CONSTRAINT service_case_pkey;
DROP INDEX service_case_consumer_idx;
ALTER TABLE service_case ADD PRIMARY KEY (consumer, number);

-- A program that may not migrate still refuses to work on a newer database.
GRANT SELECT ON migration TO oncegate_service, oncegate_auditor;
