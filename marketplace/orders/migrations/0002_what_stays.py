"""What the database itself holds: the history of orders, and lines as they were ordered."""

from django.db import migrations

FORBID = """
CREATE FUNCTION orders_history_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of orders only grows' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER orders_history_only_grows BEFORE UPDATE OR DELETE ON orders_orderevent
    FOR EACH ROW EXECUTE FUNCTION orders_history_is_final();
CREATE FUNCTION orders_line_is_only_answered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answer text[] := ARRAY['answer', 'answered_quantity', 'answered_price', 'answered_delivery'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - answer = to_jsonb(OLD) - answer THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a line stays as it was ordered' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER orders_line_stays BEFORE UPDATE OR DELETE ON orders_orderline
    FOR EACH ROW EXECUTE FUNCTION orders_line_is_only_answered();
"""
ALLOW = """
DROP TRIGGER orders_history_only_grows ON orders_orderevent;
DROP FUNCTION orders_history_is_final();
DROP TRIGGER orders_line_stays ON orders_orderline;
DROP FUNCTION orders_line_is_only_answered();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
