-- Of the items of a grant, those of which its provider gave the rows of some values alone (catalogue/model.py, Parted): the
-- right ends with that part, and does not become one to all rows when a later catalogue divides them no more.

ALTER TABLE sharing_grant ADD COLUMN apart text[] NOT NULL DEFAULT '{}', ADD CHECK (apart <@ items);
