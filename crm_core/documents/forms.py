"""The form by which a document is uploaded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm_core.documents.models import Document, DocumentKind
from infra.files.errors import FileTooLarge
from infra.files.inspection import MEGABYTE
from infra.files.kinds import TRAITS, FileKind, extensions_of
from infra.problems import message


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class UploadForm(forms.Form):
    """A file and what it proves."""

    kind = forms.ChoiceField(label=_("What it proves"), choices=DocumentKind.choices)
    document = forms.ChoiceField(label=_("New version of"), required=False)
    file = forms.FileField(label=_("File"), allow_empty_file=True)
    issuer = forms.CharField(label=_("Issued by"), max_length=200, required=False)
    reference = forms.CharField(label=_("Number"), max_length=100, required=False)
    issued_on = forms.DateField(label=_("Issued on"), required=False, widget=DateInput)
    expires_on = forms.DateField(label=_("Expires on"), required=False, widget=DateInput)

    def __init__(self, *args: Any, documents: list[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = frozenset(FileKind(each) for each in settings.UPLOAD_TYPES)
        endings = ",".join(f".{each}" for each in extensions_of(kinds))
        file = self.fields["file"]
        too_large = message(FileTooLarge(limit_mb=settings.UPLOAD_LIMIT // MEGABYTE))
        file.widget.attrs.update(
            {
                "accept": endings,
                "data-largest": settings.UPLOAD_LIMIT,
                "data-too-large": too_large,
            }
        )
        file.help_text = gettext("%(types)s, up to %(size)s.") % {
            "types": ", ".join(TRAITS[each].label for each in FileKind if each in kinds),
            "size": filesizeformat(settings.UPLOAD_LIMIT),
        }
        choices = [("", gettext("A new document"))]
        choices += [
            (str(each.pk), f"{each.get_kind_display()}: {each.versions.all()[0].name}")
            for each in documents
            if each.versions.all()
        ]
        self.fields["document"].choices = choices

    def values(self) -> dict[str, Any]:
        """The keyword arguments of ``services.upload`` but the actor."""
        given = dict(self.cleaned_data)
        file, document = given.pop("file"), given.pop("document")
        return {
            **given, "file": file, "name": file.name,
            "document_id": UUID(document) if document else None,
        }  # fmt: skip
