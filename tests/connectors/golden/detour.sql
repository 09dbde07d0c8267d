-- $2: Literal(value=1000)
SELECT k."#key", r."idNumber"
FROM unnest($1::text[]) AS k("#key")
CROSS JOIN LATERAL (SELECT t."id_number" AS "idNumber"
FROM "register"."person" AS t
WHERE t."id_number" IN (SELECT v."person" FROM "register"."holding" AS v WHERE v."holder" = k."#key")
LIMIT $2::bigint) AS r;
