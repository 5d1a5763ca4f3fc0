"""``manage.py errorcatalog``: docs/errors.md from the classes of all rooms."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

from django.apps import apps
from django.conf import settings

from auctions.management.commands._printed import PrintedDocument
from infra.problems import STATUS
from kernel.errors import FairfallError, catalog


class Command(PrintedDocument):
    help = "Prints every error code with its HTTP status, sentence and meaning."
    path = "docs/errors.md"

    def document(self) -> str:
        _import_all_rooms()
        lines = [
            "# Errors",
            "",
            "Printed from the code by `manage.py errorcatalog`. The API answers with problem",
            "details (RFC 9457) that carry `code` and `data`; the live protocol with `refused`.",
            "",
            "| code | status | sentence | meaning |",
            "|---|---|---|---|",
        ]
        for cls in catalog():
            if cls.__module__.startswith("tests."):
                continue
            cells = (f"`{cls.code}`", str(STATUS[cls.kind]), cls.text, _meaning(cls))
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        return "\n".join(lines) + "\n"


def _meaning(cls: type[FairfallError]) -> str:
    """The class's own docstring on one line; inherited ones say nothing about it."""
    own = cls.__dict__.get("__doc__")
    return " ".join(inspect.cleandoc(own).split()) if own else ""


def _import_all_rooms() -> None:
    """A class is in the catalog once its module was imported."""
    root = str(settings.BASE_DIR)
    tops = {
        config.name.split(".")[0] for config in apps.get_app_configs()
        if config.path.startswith(root) and "site-packages" not in config.path
    } | {"kernel"}  # fmt: skip
    for top in sorted(tops):
        package = importlib.import_module(top)
        for module in pkgutil.walk_packages(package.__path__, f"{top}."):
            parts = module.name.split(".")
            if not {"migrations", "management", "launch", "__main__"} & set(parts):
                importlib.import_module(module.name)
