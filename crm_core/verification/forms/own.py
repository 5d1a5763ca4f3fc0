"""Forms of a company about its own verification."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.documents.forms import UploadForm
from crm_core.documents.models import Document, DocumentKind
from crm_core.verification.services.review import LONGEST_NOTE
from ui.widgets import Ticks


class PaperForm(UploadForm):
    """A file for one document that is owed; its kind and category come with the address."""

    def __init__(self, *args: Any, document: Document | None, **kwargs: Any) -> None:
        super().__init__(*args, documents=[], **kwargs)
        del self.fields["kind"], self.fields["document"]
        self.kept = document

    def paper(self, *, kind: DocumentKind, category: str) -> dict[str, Any]:
        """The keyword arguments of ``documents.services.upload`` but the actor."""
        given = dict(self.cleaned_data)
        file = given.pop("file")
        known: UUID | None = self.kept.pk if self.kept else None
        return {
            **given, "file": file, "name": file.name, "kind": kind, "category": category,
            "document_id": known,
        }  # fmt: skip


class SubmitForm(forms.Form):
    """What is to be verified."""

    asked = forms.MultipleChoiceField(label=_("What is to be verified"), widget=Ticks)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked"].choices = choices


class AnswerForm(forms.Form):
    """What goes with an answer."""

    note = forms.CharField(
        label=_("Your answer"), required=False, max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Add the documents first: they go with the answer."),
    )  # fmt: skip


class AppealForm(forms.Form):
    """Why a decision should be looked at again."""

    text = forms.CharField(
        label=_("Why it should be looked at again"), max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("People who took no part in the decision propose on your appeal. One appeal is "
                    "possible for each decision."),
    )  # fmt: skip
