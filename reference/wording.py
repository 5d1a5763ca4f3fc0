"""Codes of faults in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from reference.errors import TableRefused

REFUSED = {
    "empty": _("The file holds no rows."),
    "encoding": _("The file's letters cannot be read: save it as UTF-8."),
    "kind": _("The file is neither CSV nor a whole XLSX workbook."),
    "rows": _("The file has more rows than can be taken."),
    "columns": _("The file has more than 200 columns."),
    "headings": _("The file lacks the headings that this needs."),
    "same_taxonomy": _("Choose two different taxonomies."),
    "taxonomy": _("This taxonomy is shipped and not imported."),
}
FAULTS = {
    "malformed": _("the row cannot be read"),
    "formula": _("a cell holds a formula"),
    "name_missing": _("the English name is missing"),
    "name_too_long": _("the name is too long"),
    "twice": _("this code stands in another row with something else"),
    "parent_missing": _("the category above is not in the file"),
    "no_way_up": _("the categories above lead in a circle or nowhere"),
    "too_deep": _("the tree is deeper than 12"),
    "rank_missing": _("a rank between is empty"),
    "code_wrong": _("this is no code of the taxonomy, or it does not fit the one above"),
    "level_wrong": _("the level is not 1 to 4"),
    "relation_wrong": _("the relation is neither exact, broader nor narrower"),
    "category_unknown": _("there is no such category, or it is not used any more"),
    "pair_twice": _("this pair stands in another row"),
    "pair_turned": _("this pair is told the other way round already"),
    "key_twice": _("two categories on one way would have an attribute of the same key"),
}


def refusal(error: TableRefused) -> str:
    """Why a file cannot be read, as a sentence."""
    return str(REFUSED.get(error.data["reason"], error.message))
