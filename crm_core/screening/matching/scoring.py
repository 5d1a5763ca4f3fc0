"""How alike two names are, part by part, so that a person can see where the score comes from.

Words, legal forms and numbers that rigour knows to be the same are paired first (``Company`` and
``Co``, ``ООО`` and ``Limited``); what is left is compared by spelling and sound. Each pair counts
with a weight: how rare its words are in the lists, little for legal forms. The score is the
weighted mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz
from rigour import _core as rigour

from crm_core.companies.names import Analysed, Part, skeleton, word
from crm_core.screening.matching.candidates import Rarity

PAIRINGS_TRIED = 6
LEAST_ALIKE = 0.6
SOUND = 0.9
LEGAL_WEIGHT, STOP_WEIGHT, NUMBER_WEIGHT = 0.1, 0.05, 0.8
EXTRA_IN_PERSON, EXTRA_IN_COMPANY = 0.35, 0.5
_LIGHT = {rigour.NamePartTag.LEGAL: LEGAL_WEIGHT, rigour.NamePartTag.STOP: STOP_WEIGHT}
_KNOWN = {
    rigour.SymbolCategory.NAME: 0.95,
    rigour.SymbolCategory.NICK: 0.85,
    rigour.SymbolCategory.INITIAL: 0.8,
    rigour.SymbolCategory.ORG_CLASS: 0.9,
}
_KNOWN_OTHER = 0.9


class How(StrEnum):
    """In which way two parts were found to belong together."""

    SAME = "same"
    KNOWN = "known"
    INITIAL = "initial"
    LEGAL = "legal"
    SOUND = "sound"
    ALIKE = "alike"
    ONLY_HERE = "only_here"  # of the subject's name alone
    ONLY_LISTED = "only_listed"


@dataclass(frozen=True, slots=True)
class Pair:
    """Parts of the subject's name beside parts of the listed one.

    ``similarity`` and ``weight`` are between 0 and 1, the weights of a comparison add up to 1.
    """

    subject: tuple[str, ...]
    listed: tuple[str, ...]
    how: How
    similarity: float
    weight: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The score of two names, between 0 and 1, and the pairs it is made of."""

    score: float
    pairs: tuple[Pair, ...]


def worth(subject: Analysed, listed: Analysed) -> bool:
    """Whether a close look can come to anything: some words alike, in whatever order."""
    left = " ".join(word(part) for part in subject.parts)
    right = " ".join(word(part) for part in listed.parts)
    if fuzz.token_set_ratio(left, right, score_cutoff=55):
        return True
    return bool(fuzz.partial_ratio(left.replace(" ", ""), right.replace(" ", ""), score_cutoff=80))


def compare(subject: Analysed, listed: Analysed, *, person: bool, rarity: Rarity) -> Comparison:
    """The best way to lay one name beside the other."""
    extra = EXTRA_IN_PERSON if person else EXTRA_IN_COMPANY
    best = Comparison(0.0, ())
    for pairing in rigour.pair_symbols(subject, listed)[:PAIRINGS_TRIED] or [()]:
        here = _left(subject.parts, [part for each in pairing for part in each.qps])
        there = _left(listed.parts, [part for each in pairing for part in each.rps])
        heard, here, there = _by_sound(here, there)
        orders = [(here, there)]
        if len(here) > 1 or len(there) > 1:
            orders.append(rigour.align_person_name_order(here, there))
        for left, right in orders:
            rest = rigour.compare_parts(left, right) if left or right else []
            found = _weighed([*pairing, *heard, *rest], extra, rarity)
            if found.score > best.score:
                best = found
    return best


def _by_sound(
    here: list[Part], there: list[Part]
) -> tuple[list[rigour.Alignment], list[Part], list[Part]]:
    """Pair words of the same sound, wherever they stand; and what is left of both sides."""
    pairs, left, free = [], [], list(there)
    for part in here:
        other = next((each for each in free if _sound_alike([part], [each])), None)
        if other is None:
            left.append(part)
            continue
        free.remove(other)
        score = 1.0 if word(part) == word(other) else SOUND
        pairs.append(rigour.Alignment([part], [other], score=score))
    return pairs, left, free


def _left(parts: Sequence[Part], taken: Sequence[Part]) -> list[Part]:
    places = {part.index for part in taken}
    return [part for part in parts if part.index not in places]


def _weighed(alignments: Sequence[rigour.Alignment], extra: float, rarity: Rarity) -> Comparison:
    rows: list[tuple[rigour.Alignment, How, float, float]] = []
    for each in alignments:
        rows += _rows(each, extra, rarity)
    total = sum(weight for *_, weight in rows)
    if not total:
        return Comparison(0.0, ())
    pairs = tuple(
        Pair(
            subject=tuple(part.form for part in each.qps) if how is not How.ONLY_LISTED else (),
            listed=tuple(part.form for part in each.rps) if how is not How.ONLY_HERE else (),
            how=how,
            similarity=similarity,
            weight=weight / total,
        )
        for each, how, similarity, weight in rows
    )
    return Comparison(sum(each.similarity * each.weight for each in pairs), pairs)


def _rows(
    each: rigour.Alignment, extra: float, rarity: Rarity
) -> list[tuple[rigour.Alignment, How, float, float]]:
    """One row for a pair; two for parts that are no pair, each on its own side."""
    here, there = _weight(each.qps, rarity), _weight(each.rps, rarity)
    if each.qps and each.rps:
        how, similarity = _similarity(each)
        if similarity >= LEAST_ALIKE:
            return [(each, how, similarity, max(here, there))]
    rows = []
    if each.qps:
        rows.append((each, How.ONLY_HERE, 0.0, here * extra))
    if each.rps:
        rows.append((each, How.ONLY_LISTED, 0.0, there * extra))
    return rows


def _similarity(each: rigour.Alignment) -> tuple[How, float]:
    same = [word(part) for part in each.qps] == [word(part) for part in each.rps]
    if all(part.tag is rigour.NamePartTag.LEGAL for part in (*each.qps, *each.rps)):
        return How.LEGAL, 1.0 if same else 0.9
    if same:
        return How.SAME, 1.0
    if each.symbol is None:
        return _spelt(each)
    if each.symbol.category == rigour.SymbolCategory.INITIAL:
        return How.INITIAL, _KNOWN[rigour.SymbolCategory.INITIAL]
    return How.KNOWN, _KNOWN.get(each.symbol.category, _KNOWN_OTHER)


def _spelt(each: rigour.Alignment) -> tuple[How, float]:
    """By spelling; at least ``SOUND`` where the words sound the same or differ by school only."""
    if _sound_alike(each.qps, each.rps):
        return How.SOUND, max(SOUND, float(each.score))
    if len(each.qps) == len(each.rps) == 1 and _initial(each.qps[0], each.rps[0]):
        return How.INITIAL, _KNOWN[rigour.SymbolCategory.INITIAL]
    return How.ALIKE, float(each.score)


def _sound_alike(here: Sequence[Part], there: Sequence[Part]) -> bool:
    if len(here) != len(there):
        return False
    for left, right in zip(here, there, strict=True):
        sound = left.metaphone
        if sound and len(sound) > 1 and sound == right.metaphone:
            continue
        if not (left.ascii and right.ascii and skeleton(left.ascii) == skeleton(right.ascii)):
            return False
    return True


def _initial(left: Part, right: Part) -> bool:
    one, other = sorted((word(left), word(right)), key=len)
    return len(one) == 1 and len(other) > 1 and one.isalpha() and other.startswith(one)


def _weight(parts: Sequence[Part], rarity: Rarity) -> float:
    return sum(_of_part(part, rarity) for part in parts)


def _of_part(part: Part, rarity: Rarity) -> float:
    if part.tag in _LIGHT:
        return _LIGHT[part.tag]
    if part.numeric:
        return NUMBER_WEIGHT
    return max(0.15, rarity.of(word(part)))
