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
            name="Order",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("serial", models.PositiveIntegerField()),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                (
                    "total",
                    models.DecimalField(decimal_places=6, max_digits=36, verbose_name="total"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "Issued"),
                            ("acknowledged", "Acknowledged"),
                            ("conditional", "Other values offered"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("cancelled", "Cancelled"),
                            ("closed", "Closed"),
                        ],
                        default="issued",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "delivery_country",
                    models.CharField(max_length=2, verbose_name="country of delivery"),
                ),
                (
                    "delivery_address",
                    models.CharField(blank=True, max_length=500, verbose_name="place of delivery"),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, max_length=1000, verbose_name="note to the supplier"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("cart", "Cart"), ("quote", "Quote")],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("source_id", models.UUIDField()),
                ("source_reference", models.CharField(blank=True, max_length=80)),
                (
                    "placed_at",
                    models.DateTimeField(
                        default=kernel.clock.utc_now, editable=False, verbose_name="placed"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=kernel.clock.utc_now, verbose_name="changed"),
                ),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders_placed",
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
                (
                    "placed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders_got",
                        to="companies.company",
                    ),
                ),
            ],
            options={
                "verbose_name": "order",
                "verbose_name_plural": "orders",
                "ordering": ("-placed_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="OrderEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("issue", "issue"),
                            ("acknowledge", "acknowledge"),
                            ("accept", "accept"),
                            ("offer_other", "offer_other"),
                            ("reject", "reject"),
                            ("agree", "agree"),
                            ("disagree", "disagree"),
                            ("cancel", "cancel"),
                            ("close", "close"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("buyer", "buyer"), ("supplier", "supplier")], max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "Issued"),
                            ("acknowledged", "Acknowledged"),
                            ("conditional", "Other values offered"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("cancelled", "Cancelled"),
                            ("closed", "Closed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("detail", models.JSONField(blank=True, default=dict)),
                ("at", models.DateTimeField(default=kernel.clock.utc_now)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "move of an order",
                "verbose_name_plural": "moves of orders",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("sku", models.CharField(blank=True, max_length=80, verbose_name="SKU")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
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
                    "lead_time_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="lead time"
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("confirmed", "Confirmed"), ("other", "Other values")],
                        max_length=10,
                    ),
                ),
                (
                    "answered_quantity",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=15, null=True),
                ),
                (
                    "answered_price",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=21, null=True),
                ),
                (
                    "answered_delivery",
                    models.DateField(blank=True, null=True, verbose_name="delivery"),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.offer",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="orders.order",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reference.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an order",
                "verbose_name_plural": "lines of orders",
                "ordering": ("position",),
            },
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["buyer", "-placed_at"], name="orders_order_of_buyer"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["supplier", "-placed_at"], name="orders_order_of_supplier"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                fields=("buyer", "year", "serial"), name="orders_order_serial_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                fields=("buyer", "number"), name="orders_order_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                fields=("source", "source_id", "supplier", "currency"),
                name="orders_order_once_from_a_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("buyer", models.F("supplier")), _negated=True),
                name="orders_order_two_sides",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "issued",
                            "acknowledged",
                            "conditional",
                            "accepted",
                            "rejected",
                            "cancelled",
                            "closed",
                        ],
                    )
                ),
                name="orders_order_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["cart", "quote"])),
                name="orders_order_source_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__gte", 0)), name="orders_order_total"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("delivery_country__regex", "^[A-Z]{2}$")),
                name="orders_order_country",
            ),
        ),
        migrations.AddIndex(
            model_name="orderevent",
            index=models.Index(fields=["order", "id"], name="orders_event_history"),
        ),
        migrations.AddConstraint(
            model_name="orderevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "move__in",
                        [
                            "issue",
                            "acknowledge",
                            "accept",
                            "offer_other",
                            "reject",
                            "agree",
                            "disagree",
                            "cancel",
                            "close",
                        ],
                    )
                ),
                name="orders_event_move_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "issued",
                            "acknowledged",
                            "conditional",
                            "accepted",
                            "rejected",
                            "cancelled",
                            "closed",
                        ],
                    )
                ),
                name="orders_event_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(
                fields=("order", "position"), name="orders_line_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="orders_line_quantity"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit_price__gte", 0)), name="orders_line_price"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="orders_line_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""),
                        ("answered_delivery", None),
                        ("answered_price", None),
                        ("answered_quantity", None),
                    ),
                    models.Q(
                        ("answer__in", ["confirmed", "other"]),
                        ("answered_price__gte", 0),
                        ("answered_quantity__gte", 0),
                    ),
                    _connector="OR",
                ),
                name="orders_line_answer",
            ),
        ),
    ]
