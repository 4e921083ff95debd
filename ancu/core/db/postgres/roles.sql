-- The two roles that sign in and what they may do. Run by a superuser, once, in template1 (so that every
-- database made from it starts right) or in the database itself; running it again changes nothing.
--   ancu_owner  owns the database, migrates it, and may create test databases
--   ancu_app    what the running program signs in as: rows only, never the shape of the tables
-- The third, ancu_audit, owns the audit: audit_owner.sql.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ancu_owner') THEN
    CREATE ROLE ancu_owner LOGIN CREATEDB;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ancu_app') THEN
    CREATE ROLE ancu_app LOGIN;
  END IF;
END
$$;
GRANT pg_read_all_stats TO ancu_owner;
GRANT USAGE ON SCHEMA public TO ancu_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ancu_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ancu_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ancu_owner GRANT USAGE, SELECT ON SEQUENCES TO ancu_app;
