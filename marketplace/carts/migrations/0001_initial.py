import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kernel.clock
import kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0003_product_attributes"),
        ("companies", "0007_people_log_of_revoked_tokens"),
        ("reference", "0005_category_mappings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Cart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=kernel.clock.utc_now, editable=False)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carts",
                        to="companies.company",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "cart",
                "verbose_name_plural": "carts",
            },
        ),
        migrations.CreateModel(
            name="CartLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(decimal_places=6, max_digits=15, verbose_name="quantity"),
                ),
                ("added_price", models.DecimalField(decimal_places=6, max_digits=21)),
                ("added_at", models.DateTimeField(default=kernel.clock.utc_now)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="carts.cart",
                    ),
                ),
                (
                    "currency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reference.currency",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.offer",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a cart",
                "verbose_name_plural": "lines of carts",
                "ordering": ("added_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Requisition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=kernel.clock.utc_now, editable=False, verbose_name="asked"
                    ),
                ),
                ("needs_approval", models.BooleanField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for approval"),
                            ("ordered", "Ordered"),
                            ("returned", "Returned"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "delivery_address",
                    models.CharField(blank=True, max_length=500, verbose_name="place of delivery"),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, max_length=1000, verbose_name="note to the suppliers"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="reason")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requisitions",
                        to="companies.company",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "requisition",
                "verbose_name_plural": "requisitions",
                "ordering": ("-asked_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="RequisitionLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "quantity",
                    models.DecimalField(decimal_places=6, max_digits=15, verbose_name="quantity"),
                ),
                (
                    "unit_price",
                    models.DecimalField(
                        decimal_places=6, max_digits=21, verbose_name="price of one"
                    ),
                ),
                ("price_rule", models.JSONField(default=dict)),
                (
                    "total",
                    models.DecimalField(decimal_places=6, max_digits=36, verbose_name="total"),
                ),
                (
                    "currency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reference.currency",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.offer",
                    ),
                ),
                (
                    "requisition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="carts.requisition",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a requisition",
                "verbose_name_plural": "lines of requisitions",
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="ApprovalRule",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "limit",
                    models.DecimalField(
                        decimal_places=6, max_digits=21, verbose_name="orders alone up to"
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approval_rules",
                        to="companies.company",
                    ),
                ),
                (
                    "currency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reference.currency",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of approval",
                "verbose_name_plural": "rules of approval",
                "ordering": ("currency_id",),
                "constraints": [
                    models.UniqueConstraint(fields=("company", "currency"), name="carts_rule_once"),
                    models.CheckConstraint(
                        condition=models.Q(("limit__gte", 0)), name="carts_rule_limit"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="cart",
            constraint=models.UniqueConstraint(
                fields=("company", "person"), name="carts_cart_one_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="cartline",
            constraint=models.UniqueConstraint(
                fields=("cart", "offer"), name="carts_line_offer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="cartline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="carts_line_quantity"
            ),
        ),
        migrations.AddIndex(
            model_name="requisition",
            index=models.Index(
                fields=["company", "state", "-asked_at"], name="carts_requisition_list"
            ),
        ),
        migrations.AddConstraint(
            model_name="requisition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_approval", False),
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="carts_requisition_maker_is_no_checker",
            ),
        ),
        migrations.AddConstraint(
            model_name="requisition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("state", "waiting")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ("ordered", "returned")),
                    ),
                    _connector="OR",
                ),
                name="carts_requisition_state_has_its_moments",
            ),
        ),
        migrations.AddConstraint(
            model_name="requisitionline",
            constraint=models.UniqueConstraint(
                fields=("requisition", "position"), name="carts_requisition_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="requisitionline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="carts_requisition_line_quantity"
            ),
        ),
    ]
