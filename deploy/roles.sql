-- The four roles of Intake. Run once, as a superuser, in the database that Intake shall use:
--     psql -d intake -f deploy/roles.sql
-- then give each a password (\password intake_public, …) and let `intake setup` migrate as intake_owner. What each may
-- do with which column is in intake/store/rights.py and is handed out at every migration.

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['intake_owner', 'intake_public', 'intake_office', 'intake_dashboard'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', role);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
    END LOOP;
    EXECUTE format('ALTER DATABASE %I OWNER TO intake_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- A stranger must not be able to hold the internet-facing process by what he asks of the database.
ALTER ROLE intake_public SET statement_timeout = '15s';
ALTER ROLE intake_public SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE intake_dashboard SET statement_timeout = '15s';
