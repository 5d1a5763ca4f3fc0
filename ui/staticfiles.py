"""Static files with a hash in their name, so that browsers may keep them for ever."""

from __future__ import annotations

from collections.abc import Sequence
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

    ``modules`` are patterns of our scripts that import each other by relative addresses: those
    addresses get the hash too. Other scripts are not searched for imports, which takes seconds in
    the large bundles of packages.
    """

    patterns = _without_source_maps(HashedFilesMixin.patterns)
    max_post_process_passes = 12  # one for each step of the longest chain of imports

    def __init__(self, *args: Any, modules: Sequence[str] = (), **options: Any) -> None:
        _, rules = HashedFilesMixin._js_module_import_aggregation_patterns  # type: ignore[attr-defined]
        self.patterns = (*type(self).patterns, *((glob, rules) for glob in modules))
        super().__init__(*args, **options)
