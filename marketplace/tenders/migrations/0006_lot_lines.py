import django.db.models.deletion
from django.db import migrations, models

import kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("tenders", "0005_lot_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="LotLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="position of the lot")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "quantity",
                    models.DecimalField(decimal_places=6, max_digits=21, verbose_name="quantity"),
                ),
                ("unit", models.CharField(default="C62", max_length=3, verbose_name="unit")),
                (
                    "scale",
                    models.PositiveSmallIntegerField(
                        default=2, verbose_name="decimal places of the price"
                    ),
                ),
                (
                    "ceiling",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=21,
                        null=True,
                        verbose_name="ceiling",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="tenders.lot",
                    ),
                ),
            ],
            options={
                "verbose_name": "position of a lot",
                "verbose_name_plural": "positions of lots",
                "ordering": ("lot", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("lot", "number"), name="tenders_line_number"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="tenders_line_number_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)),
                        name="tenders_line_quantity_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scale__lte", 6)), name="tenders_line_scale_bounds"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ceiling__isnull", True), ("ceiling__gt", 0), _connector="OR"
                        ),
                        name="tenders_line_ceiling_positive",
                    ),
                ],
            },
        ),
    ]
