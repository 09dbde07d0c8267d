-- The last day of a change task as it was told when it was reported: a calendar loaded since ends no term earlier.
ALTER TABLE change_task ADD COLUMN told_due date;  -- null: reported before it was kept
