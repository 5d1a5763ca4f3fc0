"""Forms of the operator's people about one case."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.documents.forms import DateInput
from crm_core.people.models import User
from crm_core.verification.models import ReasonCode, RiskLevel
from crm_core.verification.services.review import LONGEST_NOTE

_REASONS = [("", _("Choose a reason")), *ReasonCode.choices]


class _Radios(forms.RadioSelect):
    """Choices within their labels, which then need no ``for``."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"].pop("id", None)
        return option


def _note(label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONGEST_NOTE, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class Step(forms.Form):
    """Something done about a case; ids carry the step's name, several stand on one page."""

    name = ""

    def __init__(self, *args: Any, about: str = "", **kwargs: Any) -> None:
        ids = f"id_{self.name}{about}_%s"
        super().__init__(*args, auto_id=ids, **kwargs)

    def values(self) -> dict[str, Any]:
        """The keyword arguments of the service but actor and company."""
        return dict(self.cleaned_data)


class TakeForm(Step):
    """Nothing to fill in."""

    name = "take"


class HandOverForm(Step):
    """To whom a case is given."""

    name = "hand-over"
    colleague = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none())
    note = _note(_("Note"), _("For your colleague; the company does not read it."))

    def __init__(self, *args: Any, people: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = people if people is not None else User.objects.none()

    def values(self) -> dict[str, Any]:
        """With the colleague's id."""
        return {
            "colleague_id": self.cleaned_data["colleague"].pk, "note": self.cleaned_data["note"],
        }  # fmt: skip


class AskForm(Step):
    """What the company is asked for."""

    name = "ask"
    reason = forms.ChoiceField(label=_("Reason"), choices=_REASONS)
    note = _note(
        _("What you ask for"),
        _("The company reads it: say what to send and why the present one will not do."),
        required=True,
    )


class PaperForm(Step):
    """A word on one document."""

    name = "paper"
    version = forms.UUIDField(widget=forms.HiddenInput)
    accept = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Reason"), choices=_REASONS, required=False)
    note = _note(_("What is wrong with it"), _("The company reads it."))

    def values(self) -> dict[str, Any]:
        """By the service's names."""
        given = self.cleaned_data
        accept = given["accept"]
        return {
            "version_id": given["version"], "accept": accept,
            "reason": "" if accept else given["reason"], "note": given["note"],
        }  # fmt: skip


class ProposeForm(Step):
    """What a reviewer puts before a second person."""

    name = "propose"
    action = forms.ChoiceField(
        label=_("Proposal"), widget=_Radios,
        choices=[("verify", _("Verify")), ("reject", _("Reject"))],
    )  # fmt: skip
    risk = forms.ChoiceField(
        label=_("Risk"), choices=RiskLevel.choices,
        help_text=_("Renewal follows it: high 12 months, medium 24, low 36."),
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=_("Reason"), choices=_REASONS, required=False, help_text=_("For a rejection.")
    )
    note = _note(_("Note"), _("With a rejection the company reads it once it is decided."))


class MeasureForm(Step):
    """A ban, or the end of a measure, put before a second person."""

    name = "measure"
    action = forms.ChoiceField(label=_("Proposal"), widget=_Radios)
    reason = forms.ChoiceField(label=_("Reason"), choices=_REASONS)
    until = forms.DateField(
        label=_("Banned until the end of"), required=False, widget=DateInput,
        help_text=_("For a ban; the day ends at midnight UTC."),
    )  # fmt: skip
    note = _note(_("Note"), _("The company reads it once it is decided."), required=True)

    def __init__(self, *args: Any, measure: str = "none", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ban, lift = ("ban", _("Ban")), ("lift", _("Lift the measure"))
        fitting = {"none": [ban], "suspended": [lift, ban], "banned": [lift]}
        self.fields["action"].choices = fitting[measure]
        self.fields["action"].initial = fitting[measure][0][0]
        if measure == "banned":
            del self.fields["until"]

    def values(self) -> dict[str, Any]:
        """With the moment at which a ban ends."""
        given = dict(self.cleaned_data)
        day = given.pop("until", None)
        until = datetime.combine(day + timedelta(days=1), time(), UTC) if day else None
        return {**given, "until": until if given["action"] == "ban" else None}


class SuspendForm(Step):
    """A precaution one person may take."""

    name = "suspend"
    reason = forms.ChoiceField(label=_("Reason"), choices=_REASONS)
    note = _note(_("What happened"), _("The company reads it."), required=True)


class AppealForm(Step):
    """A word on an appeal, put before a second person."""

    name = "appeal"
    action = forms.ChoiceField(
        label=_("Proposal"), widget=_Radios,
        choices=[("grant_appeal", _("Grant the appeal")),
                 ("decline_appeal", _("Decline the appeal"))],
    )  # fmt: skip
    reason = forms.ChoiceField(label=_("Reason"), choices=_REASONS)
    note = _note(_("Note"), _("The company reads it once it is decided."), required=True)


class ConfirmForm(Step):
    """The second person's yes; ``seen`` is the history's length when the page was made."""

    name = "confirm"
    seen = forms.IntegerField(widget=forms.HiddenInput)
    note = _note(_("Note"), _("Kept with the decision."))


class SendBackForm(Step):
    """The second person's no, or one's own proposal taken back."""

    name = "send-back"
    reason = forms.ChoiceField(label=_("Reason"), choices=_REASONS, required=False)
    note = _note(_("Note"), _("For the colleague who proposed; the company does not read it."))
