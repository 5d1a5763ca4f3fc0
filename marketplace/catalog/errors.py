"""What the catalog refuses."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.errors import FairfallError, Kind


class OfferNotFound(FairfallError):
    """There is no such offer, or it is not this company's to see."""

    code = "catalog.offer_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such offer."


class PriceNotFound(FairfallError):
    """The company has no such price."""

    code = "catalog.price_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such price."


class GroupNotFound(FairfallError):
    """The company has no such customer group."""

    code = "catalog.group_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such customer group."


class OfferFileNotFound(FairfallError):
    """There is no such file of an offer, or it is not this company's to see."""

    code = "catalog.file_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such file."


class FileThere(FairfallError):
    """The offer has the very same file of this kind."""

    code = "catalog.file_there"
    kind = Kind.CONFLICT
    text = "The offer has this file already."


class FilesTooMany(FairfallError):
    """The offer has as many files as it may."""

    code = "catalog.files_too_many"
    kind = Kind.CONFLICT
    text = "An offer has {limit} files at most. Delete one first."


class FileInfected(FairfallError):
    """The scanner found a virus; the file is not kept."""

    code = "catalog.file_infected"
    text = "The virus scanner found {signature} in this file. It is not kept."


class FileUnscanned(FairfallError):
    """The operator wants every file scanned, and the scanner is away."""

    code = "catalog.file_unscanned"
    kind = Kind.UNAVAILABLE
    text = "The file cannot be scanned for viruses now, so it is not taken. Try again later."


class FileLost(FairfallError):
    """The storage no longer has the file."""

    code = "catalog.file_lost"
    kind = Kind.UNAVAILABLE
    text = "The file cannot be read from its storage now."


class SellersOnly(FairfallError):
    """Only a company that sells keeps offers."""

    code = "catalog.sellers_only"
    kind = Kind.FORBIDDEN
    text = "Your company does not sell on this platform, so it has no offers."


class BuyersOnly(FairfallError):
    """Only a company that buys looks through the offers of others."""

    code = "catalog.buyers_only"
    kind = Kind.FORBIDDEN
    text = "Your company does not buy on this platform, so the catalog of others is closed to it."


class FieldWrong(FairfallError):
    """One input is missing or malformed; ``field`` names it."""

    code = "catalog.field_wrong"
    text = "{reason}"


class AttributesWrong(FairfallError):
    """Values of the category's attributes are missing or do not hold.

    ``errors`` says by key why; the data carry the keys and, in the same order, the sentences.
    """

    code = "catalog.attributes_wrong"
    text = "Values of the category's attributes are missing or wrong: {attributes}."

    def __init__(
        self, errors: Mapping[str, FairfallError] | None = None,
        reasons: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.errors = dict(errors or {})
        told = dict(reasons or {})
        super().__init__(
            field="attributes", attributes=list(self.errors), reasons=list(told.values())
        )


class SkuTaken(FairfallError):
    """Another of the company's offers has the SKU; capitals do not tell them apart."""

    code = "catalog.sku_taken"
    kind = Kind.CONFLICT
    text = "Another of your offers has this SKU."


class ProductShared(FairfallError):
    """Other companies offer the product too, or described it: what it says stays."""

    code = "catalog.product_shared"
    kind = Kind.CONFLICT
    text = (
        "Other suppliers offer this product too, so its description stays as it is. If yours is "
        "another product, give it its own GTIN or part number."
    )


class OfferUnpriced(FairfallError):
    """An offer is published with a price that holds now or will."""

    code = "catalog.offer_unpriced"
    kind = Kind.CONFLICT
    text = "Add a price before you publish the offer."


class OfferOver(FairfallError):
    """The offer's own validity has ended."""

    code = "catalog.offer_over"
    kind = Kind.CONFLICT
    text = "The offer's validity has ended. Set a later end before you publish it."


class OfferStateMoved(FairfallError):
    """The offer is not in the state that this starts from."""

    code = "catalog.offer_state_moved"
    kind = Kind.CONFLICT
    text = "The offer is in another state by now. Look at it again."


class PriceThere(FairfallError):
    """The same price, for the same buyers, quantities and beginning, has not ended."""

    code = "catalog.price_there"
    kind = Kind.CONFLICT
    text = "There is a price for these buyers, quantities and this beginning already. End it first."


class PriceEnded(FairfallError):
    """The price ended before, or ends no later than this."""

    code = "catalog.price_ended"
    kind = Kind.CONFLICT
    text = "This price ends by then already."


class GroupNameTaken(FairfallError):
    """The company has a group of this name."""

    code = "catalog.group_name_taken"
    kind = Kind.CONFLICT
    text = "You have a customer group of this name."


class CustomerUnknown(FairfallError):
    """No verified company that buys has this id, or it is the supplier itself."""

    code = "catalog.customer_unknown"
    text = "Choose a verified company that buys on this platform."


class CellMoved(FairfallError):
    """The cell of the sheet says something else than what was changed."""

    code = "catalog.cell_moved"
    kind = Kind.CONFLICT
    text = "Somebody changed this meanwhile: it is “{now}” now."


class PriceNotInSheet(FairfallError):
    """Several public prices stand, or one that holds for some quantities or countries only."""

    code = "catalog.price_not_in_sheet"
    kind = Kind.CONFLICT
    text = "This offer has several public prices. Change them on its own page."


class CellsRefused(FairfallError):
    """Some cells were refused, so none was changed: ``cells`` names each as ``offer:column`` and
    ``reasons`` says why, in the same order."""

    code = "catalog.cells_refused"
    text = "Nothing was saved: some of the values are not accepted."
