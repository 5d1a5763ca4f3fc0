"""What the buyer's evaluation of a supplier's offer came to, told to it with the invitation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("tenders", "0008_lot_budget"),)

    operations = (
        migrations.AddField(
            model_name="invitation",
            name="evaluation",
            field=models.TextField(
                blank=True, db_default="", default="", verbose_name="evaluation"
            ),
        ),
    )
