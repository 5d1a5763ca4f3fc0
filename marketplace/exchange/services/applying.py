"""An import becomes active, and is taken back: one transaction under the company's lock, by COPY.

Taking back is the same as making active, with the sheets of before: so it is checked alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm_core.companies.models import Company
from kernel.clock import utc_now
from marketplace.catalog.domain import gtin
from marketplace.catalog.models import (
    Offer,
    OfferState,
    Price,
    PriceChange,
    PriceChangeKind,
    PriceScope,
    Product,
)
from marketplace.catalog.services.told import offers_changed
from marketplace.exchange.domain import values as read
from marketplace.exchange.domain.columns import PRODUCT, TERMS, Sheet, attributes, bands
from marketplace.exchange.domain.difference import Verdict, differing
from marketplace.exchange.models import ImportRow, ImportRun, RunState
from marketplace.exchange.services import bulk, current
from marketplace.exchange.services.choosing import Values, choose, part_of
from marketplace.exchange.services.current import Current, Found
from reference.domain.attributes import Value
from reference.models import AttributeKind
from reference.taxonomies import definitions

CHUNK = 2000
_ACTS = (Verdict.NEW.value, Verdict.CHANGED.value, Verdict.GONE.value)
_OFFER = ("product", *(each for each in TERMS), "state", "published_at", "withdrawn_at",
          "updated_at")  # fmt: skip
_PRODUCT = ("name_en", "name_ru", "name_uk", "manufacturer", "part_number", "gtin", "category",
            "attributes")  # fmt: skip


class MovedOn(Exception):
    """An offer is no longer what the import was compared with."""


class Touched(Exception):
    """Offers were changed since the import that is to be taken back."""

    def __init__(self, skus: Sequence[str]) -> None:
        super().__init__(skus)
        self.skus = skus


@dataclass(slots=True)
class _Wanted:
    """What an offer is to be; ``there`` None: it is made."""

    row: ImportRow
    sheet: Sheet
    there: Current | None


@dataclass(slots=True)
class _Writes:
    """The rows of one chunk."""

    products: list[Product] = field(default_factory=list)
    described: list[Product] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    changed: list[Offer] = field(default_factory=list)
    prices: list[Price] = field(default_factory=list)
    ended: list[Price] = field(default_factory=list)
    history: list[PriceChange] = field(default_factory=list)
    rows: list[ImportRow] = field(default_factory=list)

    def write(self) -> None:
        bulk.copied(self.products)
        bulk.updated(self.described, _PRODUCT)
        bulk.copied(self.offers)
        bulk.updated(self.changed, _OFFER)
        bulk.updated(self.ended, ["valid_until"])
        bulk.copied(self.prices)
        bulk.copied(self.history)
        bulk.updated(self.rows, ["after"])


def activate(run: ImportRun) -> None:
    """Make the offers what the right rows say. Raises MovedOn; then nothing has changed."""
    with transaction.atomic():
        _lock(run)
        work = _Work(run)
        for chunk in _chunks(run):
            work.write(list(_to_activate(run, chunk)))
        work.forget_products()
        run.state, run.activated_at, run.attempts = RunState.ACTIVATED, work.now, 0
        run.save(update_fields=["state", "activated_at", "attempts"])
        _tell(run)


def roll_back(run: ImportRun) -> None:
    """Bring back what was before. Raises Touched; then nothing has changed."""
    with transaction.atomic():
        _lock(run)
        work = _Work(run)
        for chunk in _chunks(run):
            work.write(list(_to_take_back(run, chunk)))
        work.forget_products()
        run.state, run.rolled_back_at, run.attempts = RunState.ROLLED_BACK, work.now, 0
        run.save(update_fields=["state", "rolled_back_at", "attempts"])
        _tell(run)


def _lock(run: ImportRun) -> None:
    Company.objects.select_for_update(of=("self",), no_key=True).get(pk=run.company_id)


def _tell(run: ImportRun) -> None:
    changed = run.rows.filter(verdict__in=_ACTS, offer_id__isnull=False).order_by("pk")
    offers_changed(run.company_id, list(changed.values_list("offer_id", flat=True)))


def _chunks(run: ImportRun) -> Iterator[list[ImportRow]]:
    last = 0
    while True:
        rows = run.rows.filter(verdict__in=_ACTS, pk__gt=last).order_by("pk")
        found = list(rows.defer("cells", "errors")[:CHUNK])
        if not found:
            return
        yield found
        last = found[-1].pk


def _to_activate(run: ImportRun, chunk: Sequence[ImportRow]) -> Iterator[_Wanted]:
    known = current.by_id(
        run.company_id, [each.offer_id for each in chunk if each.verdict != Verdict.NEW], lock=True
    )
    new = [each for each in chunk if each.verdict == Verdict.NEW]
    if any(current.by_sku(run.company_id, [each.sku for each in new])):
        raise MovedOn
    for row in chunk:
        if row.verdict == Verdict.NEW:
            yield _Wanted(row, row.after, None)
            continue
        there, before = known.get(row.offer_id), row.before or {}
        if there is None or differing(there.sheet(_currency(row)), before):
            raise MovedOn
        yield _Wanted(row, row.after, there)


def _to_take_back(run: ImportRun, chunk: Sequence[ImportRow]) -> Iterator[_Wanted]:
    known = current.by_id(run.company_id, [each.offer_id for each in chunk], lock=True)
    touched = [each.sku for each in chunk if _is_touched(each, known)]
    if touched:
        raise Touched(touched[:5])
    for row in chunk:
        there = known[row.offer_id]
        if row.verdict == Verdict.NEW:
            sheet = {**row.after, "state": OfferState.WITHDRAWN.value}
        else:
            sheet = row.before or {}
        yield _Wanted(row, sheet, there)


def _is_touched(row: ImportRow, known: dict[UUID, Current]) -> bool:
    there = known.get(row.offer_id)
    if there is None:
        return True
    now = there.sheet(_currency(row))
    return bool(set(differing(now, row.after)) - (set() if row.after["valid_from"] else
                                                  {"valid_from"}))  # fmt: skip


def _currency(row: ImportRow) -> str:
    """The currency in which a row tells prices, before or after."""
    return row.after.get("currency") or (row.before or {}).get("currency") or ""


class _Work:
    """Writes chunks of one import."""

    def __init__(self, run: ImportRun) -> None:
        self.run, self.now, self.left = run, utc_now(), set[UUID]()
        self.kinds: dict[str, dict[str, str]] = {}

    def write(self, wanted: Sequence[_Wanted]) -> None:
        values = [self._values(each.sheet) for each in wanted]
        parts = {part for each in values if (part := part_of(each)) is not None}
        found = current.products_like({str(each["gtin"]) for each in values} - {""}, sorted(parts))
        writes = _Writes()
        for each, told in zip(wanted, values, strict=True):
            product = self._product(each, told, found, writes)
            self._offer(each, product, writes)
        writes.write()

    def forget_products(self) -> None:
        """Drop products that no offer is of any more."""
        Product.objects.filter(pk__in=self.left, offers=None).delete()

    def _values(self, sheet: Sheet) -> Values:
        told: Values = {name: sheet.get(name, "") for name in PRODUCT if name != "category"}
        number = told["gtin"]
        told["gtin"] = gtin.read(number) if number else ""
        told["category_id"] = sheet.get("category") or None
        return told

    def _product(self, wanted: _Wanted, told: Values, found: Found, writes: _Writes) -> Product:
        choice = choose(self.run.company_id, told, wanted.there, found)
        kept = self._attributes(wanted.sheet)
        if choice.product is None:
            made = Product(described_by_id=self.run.company_id, attributes=kept, **told)
            writes.products.append(made)
            if made.gtin:
                found.by_gtin[made.gtin] = made
            part = part_of(told)
            if part is not None:
                found.by_part[found.lower[part]] = made
            return made
        product = choice.product
        if not choice.describes:
            words = current.words(product)
            rest = {k: v for k, v in wanted.row.after.items() if not k.startswith("attr:")}
            if wanted.sheet is wanted.row.after and differing({**rest, **words}, wanted.row.after):
                wanted.row.after = {**rest, **words}
                writes.rows.append(wanted.row)
            return product
        if any(getattr(product, name) != value for name, value in told.items()) or (
            product.attributes != kept
        ):
            for name, value in told.items():
                setattr(product, name, value)
            product.attributes = kept
            writes.described.append(product)
        return product

    def _attributes(self, sheet: Sheet) -> dict[str, Value]:
        given = attributes(sheet)
        if not given:
            return {}
        code = sheet.get("category", "")
        if code not in self.kinds:
            self.kinds[code] = {each.key: each.kind for each in definitions(code)} if code else {}
        kinds = self.kinds[code]
        return {
            key: value == "true" if kinds.get(key) == AttributeKind.BOOLEAN else value
            for key, value in given.items()
        }

    def _offer(self, wanted: _Wanted, product: Product, writes: _Writes) -> None:
        sheet = wanted.sheet
        if wanted.there is None:
            offer = Offer(pk=wanted.row.offer_id, company_id=self.run.company_id, sku=sheet["sku"],
                          created_by_id=self.run.created_by_id, created_at=self.now)  # fmt: skip
            writes.offers.append(offer)
        else:
            offer = wanted.there.offer
            writes.changed.append(offer)
            if offer.product_id != product.pk:
                self.left.add(offer.product_id)
        offer.product_id = product.pk
        _put_terms(offer, sheet, self.now)
        _put_state(offer, sheet["state"], self.now)
        self._prices(wanted, offer, writes)

    def _prices(self, wanted: _Wanted, offer: Offer, writes: _Writes) -> None:
        code = _currency(wanted.row)
        there = wanted.there.bands(code) if wanted.there is not None else {}
        told = bands(wanted.sheet)
        for price in wanted.there.prices if wanted.there is not None else ():
            kept = there.get(price.least)
            is_kept = kept is price and told.get(price.least) == price.amount
            if price.currency_id == code and not is_kept:
                price.valid_until = max(self.now, price.valid_from)
                writes.ended.append(price)
                writes.history.append(self._line(price, PriceChangeKind.ENDED))
        for least, amount in told.items():
            if least in there and there[least].amount == amount:
                continue
            price = Price(
                offer_id=offer.pk, scope=PriceScope.PUBLIC, amount=amount, currency_id=code,
                least=least, valid_from=self.now, created_at=self.now,
            )  # fmt: skip
            writes.prices.append(price)
            writes.history.append(self._line(price, PriceChangeKind.ADDED))

    def _line(self, price: Price, kind: PriceChangeKind) -> PriceChange:
        return PriceChange(
            offer_id=price.offer_id, price_id=price.pk, kind=kind.value,
            valid_until=price.valid_until, actor_id=self.run.acted_by_id, at=self.now,
        )  # fmt: skip


def _put_terms(offer: Offer, sheet: Sheet, now: datetime) -> None:
    offer.unit_id, offer.content_unit_id = sheet["unit"], sheet["content_unit"]
    for name in ("content_quantity", "increment", "min_order"):
        setattr(offer, name, read.decimal(sheet[name]))
    offer.max_order = read.decimal(sheet["max_order"]) if sheet.get("max_order") else None
    offer.pack_level = sheet["pack_level"]
    for name in ("lead_time_days", "warranty_months"):
        setattr(offer, name, read.whole(sheet[name]) if sheet.get(name) else None)
    offer.territory = sheet.get("territory", "").split()
    if sheet.get("valid_from"):
        offer.valid_from = read.begins(sheet["valid_from"])
    elif offer.published_at is None:
        offer.valid_from = now
    offer.valid_until = read.ends(sheet["valid_until"]) if sheet.get("valid_until") else None
    offer.updated_at = now


def _put_state(offer: Offer, state: str, now: datetime) -> None:
    if state == OfferState.ACTIVE:
        offer.published_at, offer.withdrawn_at = offer.published_at or now, None
    elif state == OfferState.WITHDRAWN:
        offer.withdrawn_at = offer.withdrawn_at or now
    else:
        offer.published_at = offer.withdrawn_at = None
    offer.state = state
