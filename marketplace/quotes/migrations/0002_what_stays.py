"""What the database itself holds: the history of requests and what was accepted only grow."""

from django.db import migrations

FORBID = """
CREATE FUNCTION quotes_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of requests only grows' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER quotes_history_only_grows BEFORE UPDATE OR DELETE ON quotes_rfqevent
    FOR EACH ROW EXECUTE FUNCTION quotes_is_final();
CREATE TRIGGER quotes_awards_only_grow BEFORE UPDATE OR DELETE ON quotes_rfqaward
    FOR EACH ROW EXECUTE FUNCTION quotes_is_final();
"""
ALLOW = """
DROP TRIGGER quotes_history_only_grows ON quotes_rfqevent;
DROP TRIGGER quotes_awards_only_grow ON quotes_rfqaward;
DROP FUNCTION quotes_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("quotes", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
