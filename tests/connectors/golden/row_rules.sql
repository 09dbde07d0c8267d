-- $2: YearsAgo(years=14)
-- $3: Param(name='own_division')
-- $4: Param(name='case_subjects')
-- $5: Literal(value='|欧阳|司马|上官|诸葛|司徒|东方|令狐|皇甫|尉迟|公孙|慕容|夏侯|长孙|宇文|轩辕|南宫|独孤|端木|申屠|闻人|淳于|单于|太史|钟离|')
-- $6: Literal(value='·')
-- $7: Literal(value='[^·]')
SELECT r."#key", CASE r."#0" WHEN 0 THEN CASE WHEN length(r."name") <= 1 THEN repeat('*', length(r."name")) WHEN strpos(r."name", $6::text) = 0 THEN rpad(left(r."name", CASE WHEN length(r."name") >= 4 AND strpos($5::text, '|' || left(r."name", 2) || '|') > 0 THEN 2 ELSE 1 END), length(r."name"), '*') ELSE left(r."name", CASE WHEN length(r."name") >= 4 AND strpos($5::text, '|' || left(r."name", 2) || '|') > 0 THEN 2 ELSE 1 END) || regexp_replace(substr(r."name", 1 + CASE WHEN length(r."name") >= 4 AND strpos($5::text, '|' || left(r."name", 2) || '|') > 0 THEN 2 ELSE 1 END), $7::text, '*', 'g') END WHEN 2 THEN r."name" END, r."#0", CASE r."#0" WHEN 2 THEN r."residence" END, r."#0", r."#1"
FROM (SELECT t."id_number" AS "#key", t."name" AS "name", t."residence" AS "residence", CASE WHEN (t."birth_date" > $2::date) THEN 0 WHEN ((t."birth_date" > $2::date) IS NULL) THEN 1 ELSE 2 END AS "#0", CASE WHEN starts_with(t."division code", $3::text) THEN 0 WHEN (CASE WHEN t."id_number" IS NOT NULL THEN t."id_number" = ANY($4::text[]) END) THEN 1 ELSE 2 END AS "#1"
FROM "register"."person" AS t
WHERE t."id_number" = ANY($1::text[]) AND (NOT (t."status" IS NULL))
OFFSET 0) AS r;
