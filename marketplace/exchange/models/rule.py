"""When a second person has to approve an import."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import Company
from kernel.clock import utc_now

PERCENT = {"max_digits": 5, "decimal_places": 2}


class ImportRule(models.Model):
    """A company's limits in percent; an empty one asks nobody."""

    company = models.OneToOneField(
        Company, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    most_rise = models.DecimalField(_("greatest price rise"), null=True, blank=True, **PERCENT)
    most_gone = models.DecimalField(_("greatest share gone"), null=True, blank=True, **PERCENT)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("rule of imports")
        verbose_name_plural = _("rules of imports")
        constraints = tuple(
            models.CheckConstraint(
                condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}),
                name=f"exchange_rule_{name}",
            )
            for name in ("most_rise", "most_gone")
        )

    def __str__(self) -> str:
        return str(self.company_id)
