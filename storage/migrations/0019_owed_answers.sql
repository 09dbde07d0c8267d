-- An answer is also owed after an agreement or a coordination, with a clock of its own: what awaits one is what has a due day,
-- whatever the state. Those that were agreed on before get theirs when deadlines are computed next.

DROP INDEX application_due_idx;
CREATE INDEX ON application (due) WHERE due IS NOT NULL;
UPDATE application SET due_provisional = true, calendar_version = -1
WHERE due IS NULL AND submitted_at IS NOT NULL AND state NOT IN ('submitted', 'supplement', 'withdrawn', 'answered');
