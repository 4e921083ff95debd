-- The audit belongs to a role that nobody signs in as: who upgrades the program cannot switch its triggers off, empty it
-- or put another table in its place. Run by a superuser in the database, after `manage.py prepare_database`; running it
-- again changes nothing. A version that changes these tables says so: before that upgrade run
-- REASSIGN OWNED BY ancu_audit TO ancu_owner, and this afterwards.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ancu_audit') THEN
    CREATE ROLE ancu_audit NOLOGIN;
  END IF;
  -- Whoever owns a database or a schema may drop what belongs to somebody else in it.
  EXECUTE format('ALTER DATABASE %I OWNER TO ancu_audit', current_database());
  EXECUTE format('GRANT ALL ON DATABASE %I TO ancu_owner WITH GRANT OPTION', current_database());
END
$$;
ALTER SCHEMA public OWNER TO ancu_audit;
GRANT ALL ON SCHEMA public TO ancu_owner WITH GRANT OPTION;
ALTER TABLE audit_event OWNER TO ancu_audit;
ALTER TABLE audit_link OWNER TO ancu_audit;
ALTER FUNCTION audit_refuse() OWNER TO ancu_audit;
ALTER FUNCTION audit_refuse_early() OWNER TO ancu_audit;
GRANT SELECT, INSERT ON audit_event, audit_link TO ancu_owner;
GRANT USAGE, SELECT ON SEQUENCE audit_event_id_seq TO ancu_owner;
