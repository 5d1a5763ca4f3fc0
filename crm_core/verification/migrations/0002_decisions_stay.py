"""Entries can only be added, and a facet becomes valid only by an entry of two people.

The rule that maker and checker differ is a constraint of the table; here stands that nothing
becomes valid around it, whoever writes.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION verification_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: decisions can only be added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER verification_entry_append_only
    BEFORE UPDATE OR DELETE ON verification_entry
    FOR EACH ROW EXECUTE FUNCTION verification_append_only();
CREATE TRIGGER verification_entry_no_truncate
    BEFORE TRUNCATE ON verification_entry
    FOR EACH STATEMENT EXECUTE FUNCTION verification_append_only();

CREATE FUNCTION verification_facet_is_decided() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    last text;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state IN ('verified', 'expiring')
        AND NEW.valid_until <= OLD.valid_until
    THEN
        RETURN NEW;
    END IF;
    SELECT action INTO last FROM public.verification_entry
        WHERE file_id = NEW.file_id ORDER BY number DESC LIMIT 1;
    IF last IS NULL OR last NOT IN ('verified', 'taken_over') THEN
        RAISE EXCEPTION 'a facet becomes valid by a decision of two people only'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER verification_facet_is_decided
    BEFORE INSERT OR UPDATE ON verification_facet
    FOR EACH ROW WHEN (NEW.state IN ('verified', 'expiring'))
    EXECUTE FUNCTION verification_facet_is_decided();

DO $$
DECLARE
    grantee text;
BEGIN
    FOR grantee IN
        SELECT DISTINCT
            CASE WHEN acl.grantee = 0 THEN 'PUBLIC'
                 ELSE quote_ident(pg_get_userbyid(acl.grantee)) END
        FROM pg_class, LATERAL aclexplode(relacl) AS acl
        WHERE oid = 'verification_entry'::regclass AND acl.grantee <> relowner
    LOOP
        EXECUTE format(
            'REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON verification_entry FROM %s', grantee
        );
    END LOOP;
END $$;
"""
UNDO = """
DROP FUNCTION verification_append_only() CASCADE;
DROP FUNCTION verification_facet_is_decided() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("verification", "0001_initial")]
    operations = [migrations.RunSQL(sql=SQL, reverse_sql=UNDO)]
