-- A department's term is ended by an operator, with a reason: neither prolonged nor taken back, and nothing else of it changes.
ALTER TABLE department
    ADD COLUMN ended_by text,
    ADD COLUMN ended_handler text CHECK (ended_handler <> ''),
    ADD COLUMN ended_reason text CHECK (ended_reason <> ''),
    ADD CONSTRAINT department_end CHECK (
        (ended_by IS NULL) = (ended_reason IS NULL) AND (ended_by IS NULL) = (ended_handler IS NULL)
        AND (ended_by IS NULL OR valid_until IS NOT NULL));

-- Whoever owns the table may mend a mistake; the service may not.
CREATE FUNCTION keep_department() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
        RETURN NEW;
    END IF;
    IF OLD.valid_until <= now() OR NEW.valid_until IS NULL OR NEW.valid_until > OLD.valid_until THEN
        RAISE EXCEPTION 'a department''s term is ended, never prolonged' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER department_is_kept BEFORE UPDATE ON department FOR EACH ROW EXECUTE FUNCTION keep_department();
REVOKE EXECUTE ON FUNCTION keep_department() FROM PUBLIC;
REVOKE UPDATE ON department FROM oncegate_service;
GRANT UPDATE (valid_until, ended_by, ended_handler, ended_reason) ON department TO oncegate_service;

-- As before (0011); but to an endpoint of a department whose term has ended nothing is delivered.
CREATE OR REPLACE FUNCTION tell_notice(to_department text, of_kind text, of_what text, told jsonb, told_once text) RETURNS uuid
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    new_number bigint;
    new_id     uuid := gen_random_uuid();
BEGIN
    INSERT INTO notice (id, department, kind, about, facts, once)
        VALUES (new_id, to_department, of_kind, of_what, told, told_once)
        ON CONFLICT (once) DO NOTHING RETURNING number INTO new_number;
    IF new_number IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO delivery (notice, webhook)
        SELECT new_number, webhook.id FROM webhook JOIN department ON department.code = webhook.department
        WHERE webhook.department = to_department AND removed_at IS NULL
          AND (department.valid_until IS NULL OR department.valid_until > now());
    IF FOUND THEN
        PERFORM pg_notify('oncegate_notice', '');
    END IF;
    RETURN new_id;
END
$$;
