-- What is counted by the day: quotas, attempts.
SELECT 1;
