"""How a company is found by its names, in whatever letters they are written or asked for."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from crm_core.companies.models.company import Company


class NameIndex(models.Model):
    """One row a company, made from its names and number when they are saved."""

    company = models.OneToOneField(
        Company, on_delete=models.CASCADE, related_name="found_by", primary_key=True
    )
    text = models.TextField()  # both names in small letters, as they are written and in Latin ones
    keys = ArrayField(models.CharField(max_length=100))  # words, their sounds, the number

    class Meta:
        indexes = (
            GinIndex(fields=("text",), name="companies_names_text", opclasses=("gin_trgm_ops",)),
            GinIndex(fields=("keys",), name="companies_names_keys"),
        )

    def __str__(self) -> str:
        return self.text
