"""What ``manage.py check --deploy --database default`` says about the ledger's protection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError, connections

TABLES = ("auctions_ledgerentry", "auctions_attemptentry", "auctions_checkpoint")


@register(Tags.database, deploy=True)
def ledger_is_not_ours(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Warn when the application's role owns the ledger, may rewrite it, or no trigger guards it."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].vendor == "postgresql":
            try:
                found += _check(alias)
            except DatabaseError as error:
                found.append(
                    checks.Warning(
                        f"The ledger's protection is not known: {error}", id="auctions.W003"
                    )
                )
    return found


def _check(alias: str) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_has_role(relowner, 'USAGE'),"
            " has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE')"
            " OR has_table_privilege(oid, 'TRUNCATE'),"
            " (SELECT count(*) FROM pg_trigger WHERE tgrelid = pg_class.oid"
            "  AND tgname IN (relname || '_append_only', relname || '_no_truncate')"
            "  AND tgenabled IN ('O', 'A'))"
            " FROM pg_class WHERE oid = ANY (SELECT to_regclass(t) FROM unnest(%s::text[]) t)"
            " ORDER BY relname",
            (list(TABLES),),
        )
        rows = cursor.fetchall()
    owned = [name for name, owns, _, _ in rows if owns]
    granted = [name for name, owns, rewrites, _ in rows if rewrites and not owns]
    bare = [name for name, _, _, triggers in rows if triggers != 2]
    if owned or granted:
        how = "owns" if owned else "may rewrite"
        found.append(
            checks.Warning(
                f"The application's database role {how} {', '.join(owned or granted)}.",
                hint="Only a trigger then protects the ledger. Let MIGRATE_DATABASE_URL name"
                " another role that owns the tables, and DATABASE_URL one that may only SELECT"
                " and INSERT into these (docs/ledger.md).",
                id="auctions.W001",
            )
        )
    if bare:
        found.append(
            checks.Warning(
                f"The triggers that protect {', '.join(bare)} are missing or switched off.",
                hint="Migrate auctions again, or enable the triggers.",
                id="auctions.W002",
            )
        )
    return found
