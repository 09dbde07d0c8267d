-- Who is the source of which rows now decides how far grants reach (sharing/sources.py): what is said of it moves the epoch.

CREATE TRIGGER source_part_moves_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON source_part
    FOR EACH STATEMENT EXECUTE FUNCTION move_epoch();
