from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auctions", "0010_practice"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="sealingkey",
            options={
                "ordering": ("auction", "holder", "round"),
                "verbose_name": "key of sealed offers",
                "verbose_name_plural": "keys of sealed offers",
            },
        ),
        migrations.AddField(
            model_name="sealingkey",
            name="round",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="0 where there are no rounds.",
                verbose_name="round",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealingkey",
            constraint=models.UniqueConstraint(
                fields=("auction", "holder", "round"), name="auctions_sealing_one_per_round"
            ),
        ),
        # Weaker than the one above where there is one round alone.
        migrations.RemoveConstraint(
            model_name="sealingkey",
            name="auctions_sealing_one_per_holder",
        ),
    ]
