"""Form widgets that several rooms need."""

from __future__ import annotations

from typing import Any

from django import forms


class Ticks(forms.CheckboxSelectMultiple):
    """Choices within their labels, which then need no ``for``."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"].pop("id", None)
        return option
