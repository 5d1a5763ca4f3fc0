"""Tables of the search: an index of the catalog, which may be made again from it at any time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from crm_core.companies.models import Company
from marketplace.catalog.models import Offer, Product

NUMBER = {"max_length": 80, "db_default": "", "default": "", "blank": True}


class SearchProduct(models.Model):
    """What a product that somebody offers now is found by.

    ``words`` are the lexemes of its names in three languages, its manufacturer and numbers;
    ``marks`` what filters ask for: ``c:`` each category on its way, ``a:key=value`` each attribute,
    ``s:`` each supplier, ``t:`` each country of its offers (``t:*`` for everywhere). ``soonest`` is
    the shortest lead time of its offers and ``cheapest`` by currency the lowest public price: both
    only rule a product out, the rows of its offers decide.
    """

    # Rows of an index: their writer copies keys that are there, and checking each again doubles
    # the time of a rebuild.
    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    words = SearchVectorField()
    marks = ArrayField(models.CharField(max_length=600))
    attributes = models.JSONField(default=dict)
    category_code = models.CharField(max_length=60, blank=True, default="")
    soonest = models.PositiveSmallIntegerField(null=True)
    cheapest = models.JSONField(default=dict)
    part_key = models.CharField(**NUMBER)
    gtin_key = models.CharField(**NUMBER)

    class Meta:
        indexes = (
            GinIndex(
                fields=("words", "marks"), name="catalog_search_words", fastupdate=False
            ),
            models.Index(
                fields=("part_key",), name="catalog_search_part", opclasses=("text_pattern_ops",)
            ),
            models.Index(
                fields=("gtin_key",), name="catalog_search_gtin", opclasses=("text_pattern_ops",)
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return str(self.product_id)


class SearchOffer(models.Model):
    """What an active offer is filtered by; ``prices`` is by currency what everybody pays for one
    unit of the smallest order. Nobody's own price is ever here."""

    offer = models.OneToOneField(
        Offer, on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    sku = models.CharField(max_length=80)
    sku_key = models.CharField(max_length=80)
    territory = ArrayField(models.CharField(max_length=2), default=list)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    lead_time_days = models.PositiveSmallIntegerField(null=True)
    prices = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(
                fields=("sku_key",), name="catalog_search_sku", opclasses=("text_pattern_ops",)
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.sku


class Lexeme(models.Model):
    """A word of the names, folded; what is mistyped is compared with these, not with names."""

    word = models.CharField(primary_key=True, max_length=80)

    class Meta:
        indexes = (
            GinIndex(
                fields=("word",), name="catalog_search_alike", opclasses=("gin_trgm_ops",)
            ),
            models.Index(
                fields=("word",), name="catalog_search_begins", opclasses=("text_pattern_ops",)
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.word
