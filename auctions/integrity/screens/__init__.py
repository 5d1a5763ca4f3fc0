"""The screens, one file each: pure functions from facts to findings."""

from auctions.integrity.screens.rotation import rotation
from auctions.integrity.screens.shadowing import shadowing
from auctions.integrity.screens.shared_origin import shared_origin
from auctions.integrity.screens.spread import spread

__all__ = ["rotation", "shadowing", "shared_origin", "spread"]
