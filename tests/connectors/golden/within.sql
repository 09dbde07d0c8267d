-- $5: Param(name='first')
-- $6: Literal(value=1000)
SELECT k."#key", r."parcelCode"
FROM unnest($1::polygon[]) WITH ORDINALITY AS k(place, "#key")
CROSS JOIN LATERAL (SELECT t."code" AS "parcelCode"
FROM "register"."parcel" AS t
WHERE t."shape" <@ k.place AND NOT EXISTS (SELECT FROM unnest($2::bigint[], $3::point[], $4::point[]) AS o("#key", c, d) CROSS JOIN LATERAL (SELECT ('(' || text || ')')::point AS a, ('(' || next || ')')::point AS b FROM (SELECT c.text, coalesce(lead(c.text) OVER around, first_value(c.text) OVER around) AS next FROM unnest(string_to_array(btrim(t."shape"::text, '()'), '),(')) WITH ORDINALITY AS c(text, n) WINDOW around AS (ORDER BY c.n)) AS s) AS i WHERE o."#key" = k."#key" AND box(o.c, o.d) && box(t."shape") AND ((i.b[0] - i.a[0]) * (o.c[1] - i.a[1]) - (i.b[1] - i.a[1]) * (o.c[0] - i.a[0])) * ((i.b[0] - i.a[0]) * (o.d[1] - i.a[1]) - (i.b[1] - i.a[1]) * (o.d[0] - i.a[0])) < 0 AND ((o.d[0] - o.c[0]) * (i.a[1] - o.c[1]) - (o.d[1] - o.c[1]) * (i.a[0] - o.c[0])) * ((o.d[0] - o.c[0]) * (i.b[1] - o.c[1]) - (o.d[1] - o.c[1]) * (i.b[0] - o.c[0])) < 0)
ORDER BY t."code" COLLATE "C" ASC NULLS LAST
LIMIT least($5::bigint, $6::bigint)) AS r;
