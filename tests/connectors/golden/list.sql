-- $2: Param(name='own_division')
-- $3: Literal(value=3)
-- $4: Literal(value=('VALID', '有效'))
-- $5: Param(name='today')
-- $6: Literal(value=True)
-- $7: Param(name='first')
-- $8: Literal(value=1000)
SELECT k."#key", r."idNumber", CASE WHEN length(r."phone") < 11 THEN repeat('*', length(r."phone")) ELSE left(r."phone", 3) || repeat('*', length(r."phone") - 7) || right(r."phone", 4) END, floor((to_char($5::date, 'YYYYMMDD')::integer - to_char(r."birthDate", 'YYYYMMDD')::integer) / 10000.0)::integer
FROM unnest($1::text[]) AS k("#key")
CROSS JOIN LATERAL (SELECT t."id_number" AS "idNumber", t."phone" AS "phone", t."birth_date" AS "birthDate"
FROM "register"."person" AS t
WHERE t."household_number" = k."#key" AND (starts_with(t."division code", $2::text) AND (t."count" >= $3::bigint) AND (CASE WHEN t."status" IS NOT NULL THEN t."status" = ANY($4::text[]) AND coalesce(t."valid_from" <= $5::date, TRUE) AND coalesce($5::date <= t."valid_until", TRUE) END = $6::boolean))
ORDER BY t."birth_date" DESC NULLS LAST, t."id_number" COLLATE "C" ASC NULLS LAST
LIMIT least($7::bigint, $8::bigint)) AS r;
