"""A lot of the budget format: what is paid for it, and the least first quantity."""

from django.db import migrations, models
from django.db.models import Q

PRICE = {"max_digits": 21, "decimal_places": 6, "null": True, "blank": True}


class Migration(migrations.Migration):
    dependencies = (("tenders", "0007_result_currency"),)

    operations = (
        migrations.AddField(
            model_name="lot",
            name="budget",
            field=models.DecimalField(verbose_name="budget", **PRICE),
        ),
        migrations.AddField(
            model_name="lot",
            name="floor",
            field=models.DecimalField(verbose_name="least first quantity", **PRICE),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gt=0),
                name="tenders_lot_budget_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(floor__gt=0),
                name="tenders_lot_floor_positive",
            ),
        ),
    )
