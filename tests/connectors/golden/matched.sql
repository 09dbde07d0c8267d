-- $2: Param(name='phone')
-- $3: Literal(value='！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～‐‑‒–—―−abcdefghijklmnopqrstuvwxyz \t\r\n\xa0\u3000\u200b\ufeff')
-- $4: Literal(value='!"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`ABCDEFGHIJKLMNOPQRSTUVWXYZ{|}~-------ABCDEFGHIJKLMNOPQRSTUVWXYZ')
-- $5: Literal(value='[^0-9]')
-- $6: Literal(value='^(00)?86(?=1[0-9]{10}$)')
-- $7: Param(name='name')
-- $8: Literal(value='！＂＃＄％＆＇（）＊＋，－／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～‐‑‒–—―−abcdefghijklmnopqrstuvwxyz \t\r\n\xa0\u3000\u200b\ufeff·•‧・･∙⋅.．')
-- $9: Literal(value='!"#$%&\'()*+,-/0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`ABCDEFGHIJKLMNOPQRSTUVWXYZ{|}~-------ABCDEFGHIJKLMNOPQRSTUVWXYZ')
SELECT t."id_number", CASE WHEN $2::text IS NULL THEN NULL WHEN coalesce(regexp_replace(regexp_replace(translate(t."phone"::text, $3::text, $4::text), $5::text, '', 'g'), $6::text, ''), '') = '' THEN 'NO_DATA' WHEN regexp_replace(regexp_replace(translate(t."phone"::text, $3::text, $4::text), $5::text, '', 'g'), $6::text, '') = $2::text THEN 'MATCH' ELSE 'NO_MATCH' END, CASE WHEN $7::text IS NULL THEN NULL WHEN coalesce(translate(t."name"::text, $8::text, $9::text), '') = '' THEN 'NO_DATA' WHEN translate(t."name"::text, $8::text, $9::text) = $7::text THEN 'MATCH' ELSE 'NO_MATCH' END
FROM "register"."person" AS t
WHERE t."id_number" = ANY($1::text[]);
