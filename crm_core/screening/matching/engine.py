"""From a subject to its hits: names compared, then country, births and numbers weighed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_core.companies import names
from crm_core.screening.matching import candidates, scoring
from crm_core.screening.matching.candidates import Active, Candidate, Rarity
from crm_core.screening.models import ListedEntity

NUMBER_SCORE = 95
EFFECTS = {
    "weak_alias": -10,
    "kind": -15,
    "country_same": 4,
    "country_other": -8,
    "birth_same": 8,
    "birth_near": 4,
    "birth_other": -25,
}
"""Points that particulars add to the score of the names, or take from it."""
MOST_ADDED = EFFECTS["country_same"] + EFFECTS["birth_same"]

_PERSONS, _OTHERS = ("person",), ("organisation", "vessel", "aircraft")


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is compared: ``kind`` is company or person, ``names`` are ``(text, label)``."""

    kind: str
    names: tuple[tuple[str, str], ...]
    countries: tuple[str, ...] = ()
    births: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A listed entity that may be the subject, with the score and how it came about."""

    entity: ListedEntity
    score: int
    explanation: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Best:
    name: tuple[str, str]
    listed: str
    use: str
    comparison: scoring.Comparison

    @property
    def worth(self) -> float:
        return self.comparison.score * 100 + (EFFECTS["weak_alias"] if self.use == "weak" else 0)


def match(subject: Particulars, active: Active, threshold: int) -> list[Found]:
    """The hits among the active lists, the best first. Call it within a transaction."""
    analysed = [
        (name, found)
        for name in subject.names
        if (found := names.analysed(subject.kind, name[0])) is not None
    ]
    if not analysed:
        return []
    lists = candidates.find([each for _, each in analysed], active)
    close = [
        (name, here, each, there)
        for (name, here), found in zip(analysed, lists, strict=True)
        for each in found
        if (there := names.analysed(each.kind, each.text)) is not None
        and scoring.worth(here, there)
    ]
    rarity = _rarity([here for _, here in analysed] + [there for *_, there in close], active)
    best: dict[int, _Best] = {}
    for name, here, each, there in close:
        made = _compared(name, here, each, there, rarity)
        known = best.get(each.entity_id)
        if known is None or made.worth > known.worth:
            best[each.entity_id] = made
    numbered = set(candidates.by_number(subject.numbers, active))
    least = threshold - MOST_ADDED
    wanted = {key for key, each in best.items() if each.comparison.score * 100 >= least}
    entities = ListedEntity.objects.prefetch_related("names").select_related("source")
    hits = []
    for entity in entities.filter(pk__in=wanted | numbered):
        closest = best.get(entity.pk) or _any_name(analysed, entity, rarity)
        hit = _scored(subject, entity, closest, numbered=entity.pk in numbered)
        if hit.score >= threshold:
            hits.append(hit)
    return sorted(hits, key=lambda each: (-each.score, each.entity.pk))


def _rarity(compared: Sequence[names.Analysed], active: Active) -> Rarity:
    words = {names.word(part) for name in compared for part in name.parts}
    return candidates.rarity_of(words, active.names)


def _compared(
    name: tuple[str, str],
    here: names.Analysed,
    candidate: Candidate,
    there: names.Analysed,
    rarity: Rarity,
) -> _Best:
    person = candidate.kind in _PERSONS
    comparison = scoring.compare(here, there, person=person, rarity=rarity)
    return _Best(name, candidate.text, candidate.use, comparison)


def _any_name(
    analysed: Sequence[tuple[tuple[str, str], names.Analysed]], entity: ListedEntity, rarity: Rarity
) -> _Best:
    """The closest names of an entity that was found by its number alone."""
    name, here = analysed[0]
    best = _Best(name, entity.caption, "primary", scoring.Comparison(0.0, ()))
    for listed in entity.names.all():
        there = names.analysed(entity.kind, listed.text)
        if there is None:
            continue
        person = entity.kind in _PERSONS
        comparison = scoring.compare(here, there, person=person, rarity=rarity)
        if comparison.score >= best.comparison.score:
            best = _Best(name, listed.text, listed.use, comparison)
    return best


def _scored(subject: Particulars, entity: ListedEntity, close: _Best, *, numbered: bool) -> Found:
    name_score = round(close.comparison.score * 100)
    modifiers = _modifiers(subject, entity, close)
    score = max(0, min(100, name_score + sum(each["effect"] for each in modifiers)))
    if numbered:
        same = [
            each["value"] for each in entity.numbers
            if names.number_key(each["value"]) in names.number_keys(subject.numbers)
        ]  # fmt: skip
        effect = max(0, NUMBER_SCORE - score)
        modifiers.append(_modifier("number_same", effect, subject.numbers, same))
        score = max(score, NUMBER_SCORE)
    explanation = {
        "subject_name": close.name[0],
        "subject_label": close.name[1],
        "listed_name": close.listed,
        "listed_use": close.use,
        "pairs": [_pair(each) for each in close.comparison.pairs],
        "name_score": name_score,
        "modifiers": modifiers,
        "score": score,
    }
    return Found(entity, score, explanation)


def _pair(pair: scoring.Pair) -> dict[str, Any]:
    """In whole percent and tenths of a point: stored figures are never floats of long tails."""
    return {
        "subject": list(pair.subject),
        "listed": list(pair.listed),
        "how": pair.how.value,
        "similarity": round(pair.similarity * 100),
        "weight": round(pair.weight * 100),
        "points": str(round(pair.similarity * pair.weight * 100, 1)),
    }


def _modifiers(subject: Particulars, entity: ListedEntity, close: _Best) -> list[dict[str, Any]]:
    found = []
    if close.use == "weak":
        found.append(_modifier("weak_alias", EFFECTS["weak_alias"], [], [close.listed]))
    other = _OTHERS if subject.kind == "person" else _PERSONS
    if entity.kind in other:
        found.append(_modifier("kind", EFFECTS["kind"], [subject.kind], [entity.kind]))
    if subject.countries and entity.countries:
        same = set(subject.countries) & set(entity.countries)
        what = "country_same" if same else "country_other"
        found.append(_modifier(what, EFFECTS[what], subject.countries, entity.countries))
    if subject.births and entity.births and entity.kind in _PERSONS:
        what = _births(subject.births, entity.births)
        found.append(_modifier(what, EFFECTS[what], subject.births, entity.births))
    return found


def _modifier(
    what: str, effect: int, subject: Sequence[str], listed: Sequence[str]
) -> dict[str, Any]:
    return {"what": what, "effect": effect, "subject": list(subject), "listed": list(listed)}


def _births(here: Sequence[str], there: Sequence[str]) -> str:
    """Same day, a date that leaves room for it, or another one."""
    if any(len(day) == 10 and day in there for day in here):
        return "birth_same"
    if any(_may_be(left, right) for left in here for right in there):
        return "birth_near"
    return "birth_other"


def _may_be(left: str, right: str) -> bool:
    """Whether two partial dates or ranges can be the same day, or a year apart when not exact."""
    if "/" in left or "/" in right:
        first, last = _years(left)
        begin, end = _years(right)
        return first <= end and begin <= last
    short = min(len(left), len(right))
    return left[:short] == right[:short] and short < 10


def _years(text: str) -> tuple[int, int]:
    ends: Mapping[int, str] = dict(enumerate(text.split("/")))
    return int(ends[0][:4]), int(ends.get(1, ends[0])[:4])
