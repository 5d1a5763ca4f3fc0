from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenders", "0006_lot_lines")]

    operations = [
        migrations.AddField(
            model_name="lotresult",
            name="leader_currency",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        migrations.AddField(
            model_name="lotresult",
            name="awarded_currency",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
    ]
