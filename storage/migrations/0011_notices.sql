-- Notices to departments by signed webhook.
SELECT 1;
