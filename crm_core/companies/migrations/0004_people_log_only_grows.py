"""Lines of a company's log of its people can only be added."""

from django.db import migrations

SQL = """
CREATE FUNCTION companies_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: the log can only be added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER companies_peopleentry_append_only
    BEFORE UPDATE OR DELETE ON companies_peopleentry
    FOR EACH ROW EXECUTE FUNCTION companies_append_only();
CREATE TRIGGER companies_peopleentry_no_truncate
    BEFORE TRUNCATE ON companies_peopleentry
    FOR EACH STATEMENT EXECUTE FUNCTION companies_append_only();

DO $$
DECLARE
    grantee text;
BEGIN
    FOR grantee IN
        SELECT DISTINCT
            CASE WHEN acl.grantee = 0 THEN 'PUBLIC'
                 ELSE quote_ident(pg_get_userbyid(acl.grantee)) END
        FROM pg_class, LATERAL aclexplode(relacl) AS acl
        WHERE oid = 'companies_peopleentry'::regclass AND acl.grantee <> relowner
    LOOP
        EXECUTE format(
            'REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON companies_peopleentry FROM %s', grantee
        );
    END LOOP;
END $$;
"""
UNDO = "DROP FUNCTION companies_append_only() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("companies", "0003_members_invited_limited_logged")]
    operations = [migrations.RunSQL(sql=SQL, reverse_sql=UNDO)]
