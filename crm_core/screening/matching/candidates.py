"""Listed entities worth comparing, found inside PostgreSQL.

A name is looked up by its words, by words spelt alike, by their sounds and as one word: arrays
under a GIN index. What is found is weighed by how rare the shared keys are, and only the heaviest
are compared. Measured against an index in memory: docs/adr/0009-screening-in-postgresql.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from django.db import connection
from rapidfuzz.distance import OSA

from crm_core.companies import names

COMPARED = 150
LOOKED_AT = 600
ALIKE = 0.45  # trigrams shared, of which pg_trgm tells
SPELT_ALIKE = 0.7  # letters kept, adjacent ones swapped counting as one change
SHORTEST_ALIKE = 4
SOUND_WEIGHT = 0.8
COMMON = 0.005  # of all names: words in more of them are looked for only where there are no others
COMMON_AT_LEAST = 300
SMALL = 10_000  # names: in fewer, how often a word comes says little

# For the caller's transaction. After an import the tables have no statistics for a while, and a
# planner that guesses would read all words instead of the index.
_STEADY = (
    "SELECT set_config('pg_trgm.similarity_threshold', %s, true),"
    " set_config('enable_seqscan', 'off', true)"
)
_COUNTS = "SELECT term, count FROM screening_term WHERE term = ANY(%s)"
_ALIKE = """
SELECT wanted.word, near.term, near.count
FROM unnest(%s::text[]) AS wanted(word)
CROSS JOIN LATERAL (
    SELECT term, count FROM screening_term
    WHERE term %% wanted.word AND term <> wanted.word AND term !~ '^[~=]'
    ORDER BY similarity(term, wanted.word) DESC LIMIT 20
) AS near
"""
_FIND = """
WITH wanted AS (
    SELECT * FROM unnest(%(keys)s::text[], %(weights)s::real[]) AS wanted(key, weight)
), found AS (
    SELECT name.id, name.entity_id, name.text, name.use, cardinality(name.keys) AS size,
           (SELECT sum(weight) FROM wanted WHERE wanted.key = ANY(name.keys)) AS weight
    FROM screening_listedname AS name
    WHERE name.keys && %(keys)s::text[]
    ORDER BY weight DESC, size LIMIT %(looked_at)s
)
SELECT found.text, found.use, entity.id, entity.kind
FROM found
CROSS JOIN LATERAL (
    SELECT entity.id, entity.kind FROM screening_listedentity AS entity
    JOIN (SELECT unnest(%(sources)s::int[]) AS id, unnest(%(numbers)s::int[]) AS number) AS active
      ON active.id = entity.source_id
    WHERE entity.id = found.entity_id
      AND entity.first <= active.number AND (entity.last IS NULL OR entity.last >= active.number)
    OFFSET 0
) AS entity
ORDER BY found.weight DESC, found.size LIMIT %(compared)s
"""
_BY_NUMBER = """
SELECT entity.id
FROM screening_listedentity AS entity
JOIN (SELECT unnest(%(sources)s::int[]) AS id, unnest(%(numbers)s::int[]) AS number) AS active
  ON active.id = entity.source_id
WHERE entity.number_keys && %(keys)s::text[]
  AND entity.first <= active.number AND (entity.last IS NULL OR entity.last >= active.number)
LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Active:
    """The active versions that are searched: ids of lists, numbers of versions; all their names."""

    sources: tuple[int, ...]
    numbers: tuple[int, ...]
    names: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listed name to compare with."""

    text: str
    use: str
    entity_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much a word tells: 1 for one that no list has, towards 0 for one in every name."""

    total: int
    counts: Mapping[str, int]

    def of(self, key: str) -> float:
        """Between 0.05 and 1."""
        known = self.counts.get(key, 0)
        return max(0.05, 1 - log(1 + known) / log(2 + max(self.total, known, SMALL)))


def rarity_of(keys: Iterable[str], total: int) -> Rarity:
    """How rare these keys are among so many names."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [list(keys)])
        return Rarity(total, dict(cursor.fetchall()))


def find(wanted: Sequence[names.Analysed], active: Active) -> list[list[Candidate]]:
    """For each name the listed names to compare it with, those that share the rarest keys first.

    Call it within a transaction.
    """
    keys = [names.searched(name) for name in wanted]
    words = {names.word(part) for name in wanted for part in names.telling(name)}
    near = _near(words)
    counts = {term: count for found in near.values() for term, _, count in found}
    known = rarity_of({key for each in keys for key in each}, active.names)
    rarity = Rarity(active.names, {**counts, **known.counts})
    weights = [_weights(*each, near, rarity) for each in zip(wanted, keys, strict=True)]
    return [_find(each, active) for each in weights]


def by_number(values: Sequence[str], active: Active) -> list[int]:
    """The listed entities with one of these registration numbers."""
    keys = names.number_keys(values)
    if not keys:
        return []
    place = {"keys": keys, "sources": list(active.sources), "numbers": list(active.numbers)}
    with connection.cursor() as cursor:
        cursor.execute(_BY_NUMBER, place)
        return [entity_id for (entity_id,) in cursor.fetchall()]


def _near(words: Iterable[str]) -> dict[str, list[tuple[str, float, int]]]:
    """Words of the lists spelt like these: ``(word, how alike, in how many names)``."""
    long = [word for word in words if len(word) >= SHORTEST_ALIKE and not word.isdigit()]
    found: dict[str, list[tuple[str, float, int]]] = {}
    if not long:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_STEADY, [str(ALIKE)])
        cursor.execute(_ALIKE, [long])
        for word, term, count in cursor.fetchall():
            alike = OSA.normalized_similarity(word, term)
            if alike >= SPELT_ALIKE:
                found.setdefault(word, []).append((term, alike, count))
    return found


def _telling(weights: dict[str, float], rarity: Rarity) -> dict[str, float]:
    """Without what is in very many names, if anything rarer is in any.

    A listed name that shares nothing but such words scores low: the rare ones weigh more.
    """
    most = max(COMMON_AT_LEAST, rarity.total * COMMON)
    rare = {key: weight for key, weight in weights.items() if rarity.counts.get(key, 0) <= most}
    seen = any(rarity.counts.get(key) for key in rare)
    return rare if seen else weights


def _weights(
    name: names.Analysed,
    keys: Sequence[str],
    near: Mapping[str, list[tuple[str, float, int]]],
    rarity: Rarity,
) -> dict[str, float]:
    weights: dict[str, float] = {}
    for key in keys:
        sound = SOUND_WEIGHT if key.startswith(names.PHONETIC) else 1.0
        weights[key] = rarity.of(key) * sound
    for part in names.telling(name):
        word = names.word(part)
        for term, alike, _ in near.get(word, ()):
            weights[term] = max(weights.get(term, 0.0), rarity.of(term) * alike)
    return _telling(weights, rarity)


def _find(weights: dict[str, float], active: Active) -> list[Candidate]:
    place: dict[str, Any] = {
        "keys": list(weights), "weights": list(weights.values()),
        "sources": list(active.sources), "numbers": list(active.numbers),
        "looked_at": LOOKED_AT, "compared": COMPARED,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FIND, place)
        return [Candidate(*row) for row in cursor.fetchall()]
