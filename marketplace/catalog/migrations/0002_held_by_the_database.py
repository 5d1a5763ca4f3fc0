"""What the database itself holds: check digits, the history of prices, and prices as they were."""

from django.db import migrations

DIGIT = """
ALTER TABLE catalog_product ADD CONSTRAINT catalog_product_gtin_check_digit CHECK (
    CASE WHEN gtin ~ '^[0-9]{14}$' THEN (
        3 * (substr(gtin, 1, 1)::int + substr(gtin, 3, 1)::int + substr(gtin, 5, 1)::int
             + substr(gtin, 7, 1)::int + substr(gtin, 9, 1)::int + substr(gtin, 11, 1)::int
             + substr(gtin, 13, 1)::int)
        + substr(gtin, 2, 1)::int + substr(gtin, 4, 1)::int + substr(gtin, 6, 1)::int
        + substr(gtin, 8, 1)::int + substr(gtin, 10, 1)::int + substr(gtin, 12, 1)::int
        + substr(gtin, 14, 1)::int) % 10 = 0
    ELSE gtin = '' END
);
"""
NO_DIGIT = "ALTER TABLE catalog_product DROP CONSTRAINT catalog_product_gtin_check_digit;"
FORBID = """
CREATE FUNCTION catalog_history_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of prices only grows' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER catalog_history_only_grows BEFORE UPDATE OR DELETE ON catalog_pricechange
    FOR EACH ROW EXECUTE FUNCTION catalog_history_is_final();
CREATE FUNCTION catalog_price_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'valid_until' = to_jsonb(OLD) - 'valid_until' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a price ends, it is not changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER catalog_price_stays BEFORE UPDATE OR DELETE ON catalog_price
    FOR EACH ROW EXECUTE FUNCTION catalog_price_only_ends();
"""
ALLOW = """
DROP TRIGGER catalog_history_only_grows ON catalog_pricechange;
DROP FUNCTION catalog_history_is_final();
DROP TRIGGER catalog_price_stays ON catalog_price;
DROP FUNCTION catalog_price_only_ends();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(DIGIT, NO_DIGIT), migrations.RunSQL(FORBID, ALLOW)]
