-- Establishment codes come from a sequence, so that two registrations at once never share a number.
CREATE SEQUENCE IF NOT EXISTS lodging_establishment_code;
