-- $2: Literal(value=1)
SELECT k."#key", r."parcelCode"
FROM unnest($1::point[]) WITH ORDINALITY AS k(place, "#key")
CROSS JOIN LATERAL (SELECT t."code" AS "parcelCode"
FROM "register"."parcel" AS t
WHERE t."shape" && polygon(box(k.place, k.place)) AND t."shape" @> k.place
ORDER BY area(path(t."shape")), t."code" COLLATE "C" ASC NULLS LAST
LIMIT $2::bigint) AS r;
