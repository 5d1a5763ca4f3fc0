"""Static files with a hash in their name, so that browsers may keep them for ever."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


def _without_source_maps(patterns: tuple[tuple[str, tuple[Any, ...]], ...]) -> Any:
    kept = (
        (glob, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for glob, rules in patterns
    )
    return tuple((glob, rules) for glob, rules in kept if rules)


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's manifest storage that leaves comments about source maps alone.

    Vendored files are kept as their packages ship them, and those name maps we do not serve;
    Django would refuse to collect them.
    """

    patterns = _without_source_maps(HashedFilesMixin.patterns)
