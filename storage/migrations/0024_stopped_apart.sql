-- Of the items that a department stops, those of which the catalogue divides the rows by a value among departments
-- (catalogue/model.py, Parted): there it stops what itself granted, and nothing of another's.

ALTER TABLE sharing_suspension ADD COLUMN apart text[] NOT NULL DEFAULT '{}', ADD CHECK (apart <@ items);
