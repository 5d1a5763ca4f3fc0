"""Units of measure by what they measure, and an amount converted."""

from __future__ import annotations

from fractions import Fraction

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from infra.problems import STATUS, message
from kernel.errors import FairfallError
from reference import selectors
from reference.domain.numbers import decimal
from reference.forms import ConversionForm
from reference.models import QuantityKind, Unit


@require_safe
@login_required
def units(request: HttpRequest) -> HttpResponse:
    """The units of ``?kind=``, and ``?amount=`` of ``?source=`` in ``?target=``."""
    groups = selectors.units_by_kind()
    by_kind = dict(groups)
    chosen = request.GET.get("kind", "")
    kind = QuantityKind(chosen) if chosen in by_kind else QuantityKind.LENGTH
    form = ConversionForm(request.GET if "amount" in request.GET else None, groups=groups)
    result, status = None, 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            source, target = given["source"], given["target"]
            try:
                found = selectors.convert(Fraction(given["amount"]), source, target)
            except FairfallError as error:
                form.add_error("target", message(error))
                status = STATUS[error.kind]
            else:
                shown, exact = decimal(found)
                every = {unit.code: unit for group in by_kind.values() for unit in group}
                result, status = (given["amount"], every[source], shown, every[target], exact), 200
    context = {
        "groups": groups,
        "kind": kind,
        "base": _base(by_kind.get(kind, [])),
        "units": [(unit, *decimal(Fraction(unit.factor))) for unit in by_kind.get(kind, [])],
        "form": form,
        "result": result,
    }
    return render(request, "reference/units.html", context, status=status)


def _base(units: list[Unit]) -> Unit | None:
    """The unit that the others are told in."""
    return next((unit for unit in units if (unit.factor, unit.offset) == ("1", "0")), None)
