"""Tables of the catalog."""

from marketplace.catalog.models.file import FileLanguage, OfferFile, OfferFileKind
from marketplace.catalog.models.group import CustomerGroup, GroupMember
from marketplace.catalog.models.offer import Offer, OfferState, PackLevel
from marketplace.catalog.models.price import Price, PriceChange, PriceChangeKind, PriceScope
from marketplace.catalog.models.product import Product

__all__ = [
    "CustomerGroup",
    "FileLanguage",
    "GroupMember",
    "Offer",
    "OfferFile",
    "OfferFileKind",
    "OfferState",
    "PackLevel",
    "Price",
    "PriceChange",
    "PriceChangeKind",
    "PriceScope",
    "Product",
]
