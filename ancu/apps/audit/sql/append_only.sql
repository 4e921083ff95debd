-- Events and links can only be added, whatever the role: the tables refuse changes, and refuse the deletion of an event
-- younger than ten years. A link goes after its event.
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE FUNCTION audit_refuse_early() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept boolean;
BEGIN
    IF TG_TABLE_NAME = 'audit_event' THEN
        kept := OLD.at > now() - interval '3650 days';
    ELSE
        kept := EXISTS (SELECT FROM audit_event WHERE id = OLD.event_id);
    END IF;
    IF kept THEN
        RAISE EXCEPTION 'the audit keeps its events for ten years: % on % refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;

CREATE OR REPLACE TRIGGER audit_event_append_only BEFORE UPDATE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE OR REPLACE TRIGGER audit_link_append_only BEFORE UPDATE OR TRUNCATE ON audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE OR REPLACE TRIGGER audit_event_kept BEFORE DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_early();
CREATE OR REPLACE TRIGGER audit_link_kept BEFORE DELETE ON audit_link
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_early();
