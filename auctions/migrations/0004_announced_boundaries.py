"""Where gates announce the lines they wait to draw. Older code leaves the column empty."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("auctions", "0003_observer_links")]

    operations = [
        migrations.AddField(
            model_name="auction",
            name="boundaries",
            field=models.JSONField(blank=True, editable=False, null=True),
        )
    ]
