"""Place a sealed offer from a program of one's own, encrypted before it leaves the computer.

Needs Python 3.11 and the package ``cryptography``; everything else is the standard library::

    python examples/sealed_offer.py --url http://localhost:8000 --token ff_... \\
        --auction 6b0f... --lot 1 --amount 87.50 --keep offer.json

A lot with positions takes the unit price of each, in their order::

    python examples/sealed_offer.py ... --line 12.50 --line 0.80 --line 140

A package over several lots, all or nothing, where the terms have packages::

    python examples/sealed_offer.py ... --package 1 --price 1=87.50 --price 3=12.00

The token is made on the account page, with the scope *Bid*. Who does not want to trust the scripts
a site serves encrypts like this: the amount never leaves this program in the clear. The form of an
envelope is written down in docs/auctions/sealed.md. ``--keep`` saves the amount, the envelope, the
key of this one envelope and the signed receipt: the platform cannot tell the amount back.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SCHEME = b"fairfall-sealed-1"
TEXT_BYTES = 128
LONG_TEXT_BYTES = 512  # of a package
LONGEST_PRICE = len('"",') + 15 + len(".") + 6  # as a text in a list


def seal(auditor: str, office: str, seat: str, lot: int, amount: str) -> dict[str, str]:
    """The envelope to two public keys (hex), good for this seat and lot alone, and its key."""
    return _seal(auditor, office, f"{seat}\n{lot}", {"amount": amount}, TEXT_BYTES)


def seal_prices(
    auditor: str, office: str, seat: str, lot: int, prices: list[str]
) -> dict[str, str]:
    """The same of the unit prices of a lot's positions: room for the longest price of each."""
    most = len('{"lines":[]}') + LONGEST_PRICE * len(prices) - 1
    size = -(-most // TEXT_BYTES) * TEXT_BYTES
    return _seal(auditor, office, f"{seat}\n{lot}", {"lines": prices}, size)


def seal_package(
    auditor: str, office: str, seat: str, number: int, prices: dict[int, str]
) -> dict[str, str]:
    """The same of a package: a unit price for each of its lots."""
    content = {"prices": {str(lot): price for lot, price in prices.items()}}
    return _seal(auditor, office, f"{seat}\npackage {number}", content, LONG_TEXT_BYTES)


def _seal(auditor: str, office: str, purpose: str, content: Any, size: int) -> dict[str, str]:
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    point = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    raw = [bytes.fromhex(key) for key in (auditor, office)]
    keys = [ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key) for key in raw]
    secret = b"".join(ephemeral.exchange(ec.ECDH(), key) for key in keys)
    info = SCHEME + b"".join(raw)
    derived = HKDF(algorithm=SHA256(), length=44, salt=point, info=info).derive(secret)
    text = json.dumps(content, separators=(",", ":")).encode("ascii").ljust(size)
    if len(text) > size:
        raise ValueError("too long an offer")
    bound = SCHEME + f"\n{purpose}".encode("ascii")
    envelope = point + AESGCM(derived[:32]).encrypt(derived[32:], text, bound)
    return {
        "envelope": envelope.hex(),
        "key": derived.hex(),
        "fingerprint": hashlib.sha256(envelope).hexdigest(),
    }


def ask(url: str, token: str, body: Any = None, ref: str = "") -> Any:
    """One request to the API; raises HTTPError where it is refused."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    data = None
    if body is not None:
        headers |= {"Content-Type": "application/json", "Idempotency-Key": ref}
        data = json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def place(url: str, token: str, auction: str, lot: int, asked: str | list[str]) -> dict[str, Any]:
    """Seal the amount, or the unit prices of the positions, and send it; what is worth keeping."""
    base = f"{url.rstrip('/')}/api/v1/auctions/{auction}/"
    keys = _keys(base, token, lot)
    if len(keys.positions) != (0 if isinstance(asked, str) else len(asked)):
        raise SystemExit(f"The lot has {len(keys.positions)} positions: price each, or none.")
    if isinstance(asked, str):
        made, told = seal(*keys.both, keys.seat, lot, asked), {"amount": asked}
    else:
        made, told = seal_prices(*keys.both, keys.seat, lot, asked), {"lines": asked}
    ref = uuid.uuid4().hex
    kept = {"auction": auction, "seat": keys.seat, "lot": lot, **told, "ref": ref, **made}
    body: dict[str, Any] = {"lot": lot, "envelope": made["envelope"]}
    if keys.round is not None:
        body["round"] = keys.round
    answer = ask(f"{base}sealed-offers/", token, body, ref)
    return {**kept, "receipt": answer}


def place_package(
    url: str, token: str, auction: str, number: int, prices: dict[int, str]
) -> dict[str, Any]:
    """Seal a package and send it; what is worth keeping."""
    base = f"{url.rstrip('/')}/api/v1/auctions/{auction}/"
    keys = _keys(base, token, min(prices))
    made = seal_package(*keys.both, keys.seat, number, prices)
    ref = uuid.uuid4().hex
    kept = {"auction": auction, "seat": keys.seat, "package": number, "prices": prices, "ref": ref}
    body: dict[str, Any] = {"package": number, "envelope": made["envelope"]}
    if keys.round is not None:
        body["round"] = keys.round
    return {**kept, **made, "receipt": ask(f"{base}sealed-packages/", token, body, ref)}


class _Keys(NamedTuple):
    both: tuple[str, str]  # the auditor's and the office's, public
    seat: str
    round: int | None  # whose keys these are, of sealed rounds
    positions: list[Any]  # of the lot; none: it is bid at one price


def _keys(base: str, token: str, lot: int) -> _Keys:
    snapshot = ask(base, token)
    view = next((each for each in snapshot["lots"] if each["number"] == lot), None)
    if view is None or view["sealed"] is None:
        raise SystemExit("There is no such lot, or it takes no sealed offers.")
    keys = view["sealed"]
    if not (keys["auditor_key"] and keys["office_key"]):
        raise SystemExit("Offers cannot be sealed yet: the auditor's key is not there.")
    rounds = view.get("rounds")
    return _Keys(
        (keys["auditor_key"], keys["office_key"]),
        snapshot["you"]["seat"],
        None if rounds is None else rounds["round"],
        next(each for each in snapshot["lots_info"] if each["number"] == lot)["lines"] or [],
    )


def _priced(text: str) -> tuple[int, str]:
    """``3=12.00``: the unit price of lot 3."""
    lot, _, price = text.partition("=")
    return int(lot), price


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("--url", "--token", "--auction"):
        parser.add_argument(name, required=True)
    parser.add_argument("--amount")
    parser.add_argument("--line", action="append", default=[], help="a unit price; repeat")
    parser.add_argument("--package", type=int)
    parser.add_argument("--price", type=_priced, action="append", default=[])
    parser.add_argument("--lot", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    try:
        if given.package is not None:
            prices = dict(given.price)
            kept = place_package(given.url, given.token, given.auction, given.package, prices)
        elif given.line or given.amount is not None:
            asked = given.line or given.amount
            kept = place(given.url, given.token, given.auction, given.lot, asked)
        else:
            parser.error("give --amount, or --line for each position, or --package with --price")
    except urllib.error.HTTPError as error:
        sys.exit(f"Refused ({error.code}): {error.read().decode(errors='replace')[:400]}")
    if given.keep is not None:
        given.keep.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    print(f"Sealed and accepted. Fingerprint {kept['fingerprint']}")


if __name__ == "__main__":
    main()
