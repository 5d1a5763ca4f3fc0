"""Why a package, or a discount on a condition, is refused."""

from __future__ import annotations

from auctions.domain.refusals.base import Refusal
from kernel.errors import Kind


class PackageNumber(Refusal):
    """A number beyond what the terms allow; 0 is the discount."""

    code = "auction.package_number"
    kind = Kind.INVALID
    text = "The terms allow packages numbered {least} to {most}."


class NoPackage(Refusal):
    """There is nothing under that number."""

    code = "auction.no_package"
    text = "There is no such package to take back."
