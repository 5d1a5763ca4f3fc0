"""From a file's entries to rows: staged by COPY while the file is read, merged in one transaction.

Measured for 300 000 names: see docs/performance.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from crm_core.companies import names
from crm_core.screening.formats.listed import Entry, Fault, Listed
from crm_core.screening.models import ListSource, ListVersion, StagedEntity, VersionFault
from kernel.canonical import canonical

BATCH = 1000
FAULTS_KEPT = 200

_COPY = "COPY screening_stagedentity (version_id, uid, kind, content, compared, body) FROM STDIN"

_DUPLICATES = """
DELETE FROM screening_stagedentity AS later USING screening_stagedentity AS first
WHERE later.version_id = %(version)s AND first.version_id = %(version)s
  AND later.uid = first.uid AND first.id < later.id
RETURNING later.uid
"""
_END = """
UPDATE screening_listedentity AS kept SET last = %(number)s - 1
WHERE kept.source_id = %(source)s AND kept.last IS NULL AND NOT EXISTS (
    SELECT 1 FROM screening_stagedentity AS staged
    WHERE staged.version_id = %(version)s AND staged.uid = kept.uid
      AND staged.content = kept.content
)
RETURNING EXISTS (
    SELECT 1 FROM screening_stagedentity AS staged
    WHERE staged.version_id = %(version)s AND staged.uid = kept.uid
)
"""
_BEGIN = """
INSERT INTO screening_listedentity
    (source_id, uid, first, kind, caption, countries, births, numbers, number_keys, programs,
     details, content, compared)
SELECT %(source)s, staged.uid, %(number)s, staged.kind, staged.body->>'caption',
       ARRAY(SELECT jsonb_array_elements_text(staged.body->'countries')),
       ARRAY(SELECT jsonb_array_elements_text(staged.body->'births')),
       staged.body->'numbers',
       ARRAY(SELECT jsonb_array_elements_text(staged.body->'number_keys')),
       ARRAY(SELECT jsonb_array_elements_text(staged.body->'programs')),
       staged.body->'details', staged.content, staged.compared
FROM screening_stagedentity AS staged
WHERE staged.version_id = %(version)s AND NOT EXISTS (
    SELECT 1 FROM screening_listedentity AS kept
    WHERE kept.source_id = %(source)s AND kept.uid = staged.uid AND kept.last IS NULL
)
"""
_NAMES = """
INSERT INTO screening_listedname (entity_id, text, use, keys)
SELECT entity.id, name->>0, name->>1, ARRAY(SELECT jsonb_array_elements_text(name->2))
FROM screening_listedentity AS entity
JOIN screening_stagedentity AS staged
  ON staged.version_id = %(version)s AND staged.uid = entity.uid
CROSS JOIN LATERAL jsonb_array_elements(staged.body->'names') AS name
WHERE entity.source_id = %(source)s AND entity.first = %(number)s
"""
_TERMS = """
INSERT INTO screening_term AS known (term, count)
SELECT key, count(*) FROM screening_listedname AS name
JOIN screening_listedentity AS entity ON entity.id = name.entity_id
CROSS JOIN LATERAL unnest(name.keys) AS key
WHERE entity.source_id = %(source)s AND entity.first = %(number)s AND key NOT LIKE '=%%'
GROUP BY key ORDER BY key
ON CONFLICT (term) DO UPDATE SET count = known.count + excluded.count
"""
_COUNT = """
SELECT count(*), coalesce(sum(jsonb_array_length(body->'names')), 0)
FROM screening_stagedentity WHERE version_id = %(version)s
"""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a version holds and how it differs from the one before."""

    number: int
    entities: int
    names: int
    new: int
    changed: int
    gone: int
    duplicates: int


def stage(version: ListVersion, entries: Iterable[Entry]) -> Iterator[tuple[int, int]]:
    """Write the entries to the staging table; after each batch, how many were read and faulty.

    Each batch is committed, so that progress is seen and memory stays small.
    """
    remaining = iter(entries)
    read = faults = 0
    while batch := list(islice(remaining, BATCH)):
        wrong = [each for each in batch if isinstance(each, Fault)]
        rows = [_row(version.pk, each) for each in batch if isinstance(each, Listed)]
        with transaction.atomic():
            _note(version, wrong[: max(0, FAULTS_KEPT - faults)])
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                for row in rows:
                    copy.write_row(row)
        read, faults = read + len(rows), faults + len(wrong)
        yield read, faults


def merge(version: ListVersion, source: ListSource) -> Merged:
    """Make what was staged the newest version of the locked source. Call within a transaction."""
    place = {"version": version.pk, "source": source.pk, "number": source.newest + 1}
    with connection.cursor() as cursor:
        # Tables just filled have no statistics, and few rows of each are expected: without this
        # every row of one would be looked for in all of the other.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_DUPLICATES, place)
        duplicates = {uid for (uid,) in cursor.fetchall()}
        _note(version, [Fault("duplicate", uid[:80]) for uid in sorted(duplicates)[:FAULTS_KEPT]])
        cursor.execute(_COUNT, place)
        entities, names_count = cursor.fetchone()
        cursor.execute(_END, place)
        ended = [still for (still,) in cursor.fetchall()]
        cursor.execute(_BEGIN, place)
        begun = cursor.rowcount
        cursor.execute(_NAMES, place)
        cursor.execute(_TERMS, place)
        cursor.execute("RESET enable_nestloop")
    clear(version)
    changed = sum(ended)
    return Merged(
        number=place["number"],
        entities=entities,
        names=names_count,
        new=begun - changed,
        changed=changed,
        gone=len(ended) - changed,
        duplicates=len(duplicates),
    )


def clear(version: ListVersion) -> None:
    """Forget what was staged."""
    StagedEntity.objects.filter(version=version).delete()


def _note(version: ListVersion, faults: Iterable[Fault]) -> None:
    VersionFault.objects.bulk_create(
        VersionFault(
            version=version, code=each.code, place=each.place[:80], detail=each.detail[:300]
        )
        for each in faults
    )


def _row(version_id: UUID, listed: Listed) -> tuple[str, ...]:
    compared = {
        "kind": listed.kind.value,
        "names": sorted([name.text, name.use.value] for name in listed.names),
        "countries": list(listed.countries),
        "births": list(listed.births),
        "numbers": sorted([each.kind, each.value, each.country] for each in listed.numbers),
    }
    rest = {"programs": list(listed.programs), "details": dict(listed.details)}
    body = {
        "caption": listed.names[0].text,
        "countries": compared["countries"],
        "births": compared["births"],
        "numbers": [
            {"kind": each.kind, "value": each.value, "country": each.country}
            for each in listed.numbers
        ],
        "number_keys": names.number_keys(each.value for each in listed.numbers),
        "names": [
            [name.text, name.use.value, _keys(listed.kind.value, name.text)]
            for name in listed.names
        ],
        **rest,
    }
    return (
        str(version_id),
        listed.uid[:200],
        listed.kind.value,
        _hash({**compared, **rest}),
        _hash(compared),
        json.dumps(body, ensure_ascii=False),
    )


def _keys(kind: str, text: str) -> list[str]:
    name = names.analysed(kind, text)
    return names.keys(name) if name is not None else []


def _hash(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()
