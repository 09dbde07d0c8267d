-- What is counted by the day in China: quotas of grants, attempts of comparisons. Keys are opaque: no personal data.

CREATE TABLE day_count (
    day  date NOT NULL,
    key  text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    used bigint NOT NULL CHECK (used >= 0),
    PRIMARY KEY (day, key)
) WITH (fillfactor = 50);  -- updated by every take: room for the row's next versions on its own page

-- Count units[i] under keys[i] up to limits[i], in one round trip. Gives for each what was counted, or -1 where it was
-- refused. ways[i] says what happens to units that do not fit:
--   'whole'    they are refused, and the count stays
--   'exhaust'  they are refused, and the count is at its limit from now on
--   'part'     as many are counted as are left, perhaps none
-- No units: 0 where something is left, else -1. One key several times is taken in the order given. Rows are locked in the
-- order of their keys, so that two calls cannot wait for one another.
CREATE FUNCTION take_counts(on_day date, keys text[], units integer[], limits integer[], ways text[]) RETURNS integer[]
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    counted integer[] := array_fill(-1, ARRAY[cardinality(keys)]);
    i       integer;
    before  bigint;
    added   bigint;
BEGIN
    FOR i IN
        SELECT place FROM unnest(keys) WITH ORDINALITY AS asked (key, place) ORDER BY key COLLATE "C", place
    LOOP
        LOOP
            SELECT used INTO before FROM day_count WHERE day = on_day AND key = keys[i] FOR UPDATE;
            EXIT WHEN FOUND;
            INSERT INTO day_count VALUES (on_day, keys[i], 0) ON CONFLICT DO NOTHING;
        END LOOP;
        IF before < limits[i] AND before + units[i] <= limits[i] THEN
            counted[i] := units[i];
            added := units[i];
        ELSIF ways[i] = 'part' THEN
            added := greatest(0, limits[i] - before);
            counted[i] := added;
        ELSIF ways[i] = 'exhaust' AND units[i] > 0 THEN
            added := greatest(0, limits[i] - before);
        ELSE
            added := 0;
        END IF;
        IF added > 0 THEN
            UPDATE day_count SET used = before + added WHERE day = on_day AND key = keys[i];
        END IF;
    END LOOP;
    RETURN counted;
END
$$;

-- Counts of days that are long over tell nothing more. A week is kept, for questions; the service may delete no others.
CREATE FUNCTION forget_counts() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM day_count WHERE day < (now() AT TIME ZONE 'Asia/Shanghai')::date - 7
$$;

GRANT SELECT, INSERT, UPDATE ON day_count TO oncegate_service;
REVOKE EXECUTE ON FUNCTION take_counts(date, text[], integer[], integer[], text[]), forget_counts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_counts(date, text[], integer[], integer[], text[]), forget_counts() TO oncegate_service;
