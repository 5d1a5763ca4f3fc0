"""The database itself refuses to change a line of a tender's history."""

from django.db import migrations

FORBID = """
CREATE FUNCTION tenders_decision_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a decision of a tender cannot be changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER tenders_decision_no_update BEFORE UPDATE ON tenders_decision
    FOR EACH ROW EXECUTE FUNCTION tenders_decision_is_final();
"""
ALLOW = """
DROP TRIGGER tenders_decision_no_update ON tenders_decision;
DROP FUNCTION tenders_decision_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("tenders", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
