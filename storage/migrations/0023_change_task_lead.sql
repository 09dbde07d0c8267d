-- Who was to follow the change, so that a task of a register that was withdrawn keeps whom it concerns (Art. 9).
ALTER TABLE change_task ADD COLUMN lead text REFERENCES department;  -- null: reported before it was kept
UPDATE change_task SET lead = (
    SELECT compiler FROM catalogue_draft
    WHERE catalogue_draft.register = change_task.register AND state = 'published' ORDER BY id DESC LIMIT 1
);
-- A register that is gone has nothing left to follow a change with: its withdrawal completed what was open.
UPDATE change_task SET completed_at = gone.changed_at, completed_version = gone.published_version
FROM (
    SELECT DISTINCT ON (task.id) task.id, draft.changed_at, draft.published_version
    FROM change_task task
    JOIN catalogue_draft draft ON draft.register = task.register AND draft.changed_at >= task.reported_at
    WHERE draft.state = 'published' AND draft.text = '' ORDER BY task.id, draft.published_version
) gone
WHERE change_task.id = gone.id AND change_task.completed_at IS NULL;
