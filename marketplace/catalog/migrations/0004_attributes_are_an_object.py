"""Values of attributes are a JSON object, whoever writes them."""

from django.db import migrations

HOLD = """
ALTER TABLE catalog_product ADD CONSTRAINT catalog_product_attributes_object
    CHECK (jsonb_typeof(attributes) = 'object');
"""
LET_GO = "ALTER TABLE catalog_product DROP CONSTRAINT catalog_product_attributes_object;"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_product_attributes")]
    operations = [migrations.RunSQL(HOLD, LET_GO)]
