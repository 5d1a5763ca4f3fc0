"""Made-up names of companies and people, the same for the same seed, as long lists have them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = _words(
    """Ivan Petr Sergei Aleksandr Dmitri Vladimir Yuri Oleg Andrei Mikhail Nikolai Igor Olga
Elena Natalia Irina Tatiana Svetlana Mohammed Ahmed Ali Hassan Hussein Omar Khalid Abdul Yusuf
Ibrahim Fatima Reza Mehdi Hossein Amir Saeed Jose Juan Carlos Luis Miguel Jorge Maria Rosa John
Michael David James Robert Wei Li Chen Jun Min Kim Anna Jan Piotr Marek Katarzyna Bogdan Taras
Oleksandr Volodymyr"""
)
SYLLABLES = _words(
    """ka ro mi ta sha ven dor lim bar zen pol gri na vo sto mar tel kis ran dov bek ul
gan ser fa lor min chu pe tri as en on al ir ez um yan"""
)
ENDINGS = _words("ov ev in enko uk yan shvili dze son ez es ini ski ic oglu zadeh i ani ur")
WORDS = _words(
    """Trading Steel Metal Shipping Maritime Energy Oil Gas Petroleum Industrial Technology
Systems Electronics Machinery Construction Invest Investment Holding Group International Global
General Logistics Transport Aviation Bank Finance Capital Chemical Mining Resources Export Import
Services Engineering Development Agro Food Textile Telecom Medical"""
)
FORMS = _words(
    """LLC Ltd Limited JSC OOO AO PJSC GmbH AG SA SARL BV Co. Inc Corporation FZE FZCO PTE
SPA OU UAB"""
)
COUNTRIES = _words("RU IR KP SY CU BY AE CN TR LB IQ VE UA CY HK PK")


@dataclass(frozen=True, slots=True)
class Made:
    """One made-up entity: its names, the first being the primary, its country and birth."""

    number: int
    person: bool
    names: tuple[str, ...]
    country: str
    birth: str


class Names:
    """A source of names that only the seed decides."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def root(self) -> str:
        """A word nobody uses."""
        syllables = self._random.choices(SYLLABLES, k=self._random.choice((2, 2, 3, 3, 4)))
        return "".join(syllables).capitalize()

    def person(self) -> str:
        """A given name, at times a second one, and a family name."""
        given = self._random.sample(GIVEN, k=self._random.choice((1, 1, 2)))
        return " ".join((*given, self.root() + self._random.choice(ENDINGS)))

    def company(self) -> str:
        """A root, one or two words of trade, and a legal form."""
        words = self._random.sample(WORDS, k=self._random.choice((1, 2, 2)))
        return " ".join((self.root(), *words, self._random.choice(FORMS)))

    def entities(self, names: int) -> Iterator[Made]:
        """Entities that have so many names together: every second one has an alias or two."""
        left, number = names, 0
        while left > 0:
            number += 1
            person = self._random.random() < 0.5
            make = self.person if person else self.company
            aliases = self._random.choice((0, 0, 1, 2))
            given = tuple(make() for _ in range(min(left, 1 + aliases)))
            left -= len(given)
            birth = f"{self._random.randint(1940, 2000)}-{self._random.randint(1, 12):02}-11"
            yield Made(number, person, given, self._random.choice(COUNTRIES), birth)

    def typo(self, name: str) -> str:
        """The name with two neighbouring letters swapped."""
        at = self._random.randrange(1, max(2, len(name) - 2))
        return f"{name[:at]}{name[at + 1 : at + 2]}{name[at]}{name[at + 2 :]}"
