import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from crm_core.companies.finding import indexed


def index_all(apps, schema_editor):
    """Companies that were there before are found like those that come."""
    Company = apps.get_model("companies", "Company")
    NameIndex = apps.get_model("companies", "NameIndex")
    for company in Company.objects.all().iterator():
        row = indexed(company.legal_name, company.latin_name, company.registry_value)
        NameIndex.objects.create(company=company, **row)


class Migration(migrations.Migration):
    dependencies = [("companies", "0004_people_log_only_grows")]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="NameIndex",
            fields=[
                (
                    "company",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="found_by",
                        serialize=False,
                        to="companies.company",
                    ),
                ),
                ("text", models.TextField()),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), size=None
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["text"], name="companies_names_text", opclasses=("gin_trgm_ops",)
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["keys"], name="companies_names_keys"
                    ),
                ],
            },
        ),
        migrations.RunPython(index_all, migrations.RunPython.noop),
    ]
