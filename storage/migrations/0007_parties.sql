-- Organisations, offices, officers, the calendars of working days.
SELECT 1;
