"""What the services of sealed offers and of random ends refuse."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class NothingSealed(FairfallError):
    """The auction's format has no sealed offers."""

    code = "auction.nothing_sealed"
    kind = Kind.NOT_FOUND
    text = "This auction has no sealed offers."


class NotTheKeeper(FairfallError):
    """The auditor's key is kept by somebody else, as the terms say."""

    code = "auction.not_the_keeper"
    kind = Kind.FORBIDDEN
    text = "The terms give the auditor's key to somebody else."


class SecondPersonNeeded(FairfallError):
    """Whoever handed over the auditor's key does not use the office's as well."""

    code = "auction.second_person_needed"
    kind = Kind.FORBIDDEN
    text = "You handed over the auditor's key: somebody else opens the offers."


class WrappedKeyMalformed(FairfallError):
    """What the browser keeps of the auditor's key does not have its form."""

    code = "auction.wrapped_key_malformed"
    kind = Kind.INVALID
    text = "The protected key does not have the form of one."


class OwnKeyLost(FairfallError):
    """The platform cannot read its own copy: the officer's file is needed."""

    code = "auction.platform_key_lost"
    kind = Kind.CONFLICT
    text = "The platform cannot read its copy of the office key. Use the officer's file."


class SeedMissing(FairfallError):
    """A random end is fixed by the hash of a seed, sent together with the auditor's key."""

    code = "auction.seed_missing"
    kind = Kind.INVALID
    text = "The hash of the auditor's seed is missing."


class OwnSeedLost(FairfallError):
    """The platform cannot read its own seed: nobody can open the cut-off any more."""

    code = "auction.platform_seed_lost"
    kind = Kind.CONFLICT
    text = "The platform cannot read its seed. The auction can only be annulled."
