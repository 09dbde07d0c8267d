-- 自然资源和空间地理基础信息库. x is longitude, y latitude (CGCS2000).
-- The division that bore each code last; `area` and `boundary` only of those in force.
CREATE TABLE administrative_division (
    code        text NOT NULL,
    name        text NOT NULL,
    level       text NOT NULL,
    parent_code text,
    valid_from  date NOT NULL,
    valid_until date,
    successors  text[] NOT NULL,
    boundary    text,
    area        polygon
);
-- Every bearer of every code, by the day it began.
CREATE TABLE administrative_division_history (LIKE administrative_division);
CREATE TABLE address (
    code          text NOT NULL,
    address_text  text NOT NULL,
    division_code text NOT NULL,
    latitude      double precision NOT NULL,
    longitude     double precision NOT NULL,
    location      point GENERATED ALWAYS AS (point(longitude, latitude)) STORED
);
CREATE TABLE land_parcel (
    parcel_code        text NOT NULL,
    location           text NOT NULL,
    land_use           text NOT NULL,
    area_square_metres numeric(14, 2) NOT NULL,
    division_code      text NOT NULL,
    right_holder       text,
    right_holder_name  text,
    price              numeric(18, 2),         -- 10,000 yuan
    boundary           text NOT NULL,
    area               polygon NOT NULL
);
CREATE TABLE real_estate_unit (
    unit_code          text NOT NULL,
    parcel_code        text NOT NULL,
    division_code      text NOT NULL,
    location           text NOT NULL,
    unit_use           text NOT NULL,
    area_square_metres numeric(12, 2) NOT NULL,
    co_ownership       text NOT NULL,
    mortgaged          boolean NOT NULL,
    sealed             boolean NOT NULL,
    certificate_number text
);
CREATE TABLE right_holder (
    unit_code   text NOT NULL,
    position    bigint NOT NULL,
    holder_code text NOT NULL,
    name        text NOT NULL,
    share       numeric(5, 2) NOT NULL         -- percent
);
-- after the rows
ALTER TABLE administrative_division ADD PRIMARY KEY (code);
CREATE INDEX administrative_division_area ON administrative_division USING gist (area);
ALTER TABLE administrative_division_history ADD PRIMARY KEY (code, valid_from);
ALTER TABLE address ADD PRIMARY KEY (code);
CREATE INDEX address_location ON address USING gist (location);
ALTER TABLE land_parcel ADD PRIMARY KEY (parcel_code);
CREATE INDEX land_parcel_right_holder ON land_parcel (right_holder);
CREATE INDEX land_parcel_area ON land_parcel USING gist (area);
ALTER TABLE real_estate_unit ADD PRIMARY KEY (unit_code);
CREATE INDEX real_estate_unit_parcel ON real_estate_unit (parcel_code);
ALTER TABLE right_holder ADD PRIMARY KEY (unit_code, position);
CREATE INDEX right_holder_holder ON right_holder (holder_code, unit_code);
