-- Catalogue drafts, confirmations, change events.
SELECT 1;
