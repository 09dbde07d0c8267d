-- $4: Param(name='first')
-- $5: Literal(value=1000)
SELECT k."#key", r."code"
FROM unnest($1::point[], $2::box[], $3::double precision[]) WITH ORDINALITY AS k(place, around, radius, "#key")
CROSS JOIN LATERAL (SELECT t."code" AS "code"
FROM "register"."address" AS t
WHERE t."place" <@ k.around AND 12742017.6 * asin(sqrt(least(1.0, sin(radians((t."place")[1] - k.place[1]) / 2) ^ 2 + cos(radians((t."place")[1])) * cos(radians(k.place[1])) * sin(radians((t."place")[0] - k.place[0]) / 2) ^ 2))) <= k.radius
ORDER BY 12742017.6 * asin(sqrt(least(1.0, sin(radians((t."place")[1] - k.place[1]) / 2) ^ 2 + cos(radians((t."place")[1])) * cos(radians(k.place[1])) * sin(radians((t."place")[0] - k.place[0]) / 2) ^ 2))), t."code" COLLATE "C" ASC NULLS LAST
LIMIT least($4::bigint, $5::bigint)) AS r;
