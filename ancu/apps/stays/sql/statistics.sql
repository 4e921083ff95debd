-- A lodging lies in one unit, or in few. Without these statistics the planner takes the pairs for the product of both and
-- reserves memory for 24,000 groups to count a dozen.
CREATE STATISTICS IF NOT EXISTS stays_stay_places (ndistinct) ON unit_id, establishment_id FROM stays_stay;
CREATE STATISTICS IF NOT EXISTS stays_submission_places (ndistinct) ON unit_id, establishment_id FROM stays_submission;
