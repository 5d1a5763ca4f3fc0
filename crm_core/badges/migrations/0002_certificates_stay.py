"""Certificates can only be added."""

from django.db import migrations

SQL = """
CREATE FUNCTION badges_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: certificates can only be added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER badges_certificate_append_only
    BEFORE UPDATE OR DELETE ON badges_certificate
    FOR EACH ROW EXECUTE FUNCTION badges_append_only();
CREATE TRIGGER badges_certificate_no_truncate
    BEFORE TRUNCATE ON badges_certificate
    FOR EACH STATEMENT EXECUTE FUNCTION badges_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("badges", "0001_certificates")]
    operations = [
        migrations.RunSQL(sql=SQL, reverse_sql="DROP FUNCTION badges_append_only() CASCADE;")
    ]
