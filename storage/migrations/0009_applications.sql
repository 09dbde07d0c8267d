-- Applications, answers, negotiation, coordination.
SELECT 1;
