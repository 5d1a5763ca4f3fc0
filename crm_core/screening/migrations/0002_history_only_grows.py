"""Screenings, evidence, decisions, settings and activations are only added to; staging is unlogged.

What was found and decided must stay as it was: a trigger refuses changes to the tables' owner too.
"""

from django.db import migrations

TABLES = (
    "screening_screeningpolicy",
    "screening_listactivation",
    "screening_screening",
    "screening_hitevidence",
    "screening_hitdecision",
)
FUNCTION = """
CREATE FUNCTION screening_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: it can only be added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
PROTECT = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION screening_append_only();
"""
UNLOGGED = "ALTER TABLE screening_stagedentity SET UNLOGGED;"


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=FUNCTION + "".join(PROTECT.format(table=table) for table in TABLES) + UNLOGGED,
            reverse_sql="DROP FUNCTION screening_append_only() CASCADE;"
            " ALTER TABLE screening_stagedentity SET LOGGED;",
        )
    ]
