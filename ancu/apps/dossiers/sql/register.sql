-- Enter accepted dossiers that are not in the register, in the order of their acceptance; return their number.
-- The caller locks the agencies. There are some after an upgrade: what was accepted before it, or by a node of the
-- version before while the others were upgraded.
CREATE OR REPLACE FUNCTION dossiers_register_missing() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    entered bigint;
BEGIN
    INSERT INTO dossiers_registerentry (dossier_id, agency_id, year, number, registered_at)
    SELECT missing.id, missing.agency_id, missing.year, coalesce(latest.number, 0)
        + row_number() OVER (PARTITION BY missing.agency_id, missing.year ORDER BY missing.accepted_at, missing.id), now()
    FROM (
        SELECT id, agency_id, accepted_at, extract(year FROM accepted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int AS year
        FROM dossiers_dossier
        WHERE accepted_at IS NOT NULL AND agency_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM dossiers_registerentry WHERE dossier_id = dossiers_dossier.id)
    ) missing
    LEFT JOIN (
        SELECT agency_id, year, max(number) AS number FROM dossiers_registerentry GROUP BY agency_id, year
    ) latest USING (agency_id, year);
    GET DIAGNOSTICS entered = ROW_COUNT;
    RETURN entered;
END
$$;
