SELECT t."id_number", t."name", t."birth_date", t."capital"::text, t."sex"::text, t."boundary"::text
FROM "register"."person" AS t
WHERE t."id_number" = ANY($1::text[]);
