"""Auctions between companies, where no law prescribes a form: good practice, and no limits.

What they follow are the defaults of this product's formats, as docs/auctions describes them.
"""

from __future__ import annotations

from auctions.domain.presets.base import Preset
from auctions.domain.terms import Format

ENGLISH = Preset("english_private", Format.ENGLISH, "Private sector, English reverse", ())
DUTCH = Preset("dutch_private", Format.DUTCH, "Private sector, Dutch reverse", ())
JAPANESE = Preset("japanese_private", Format.JAPANESE, "Private sector, Japanese reverse", ())
