"""Files of offers: staged with their errors, compared, approved, made active and taken back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Company, Role, Standing
from crm_core.companies.services import set_standing
from infra.models import OutboxMessage
from kernel.clock import utc_now
from marketplace.catalog.errors import SellersOnly
from marketplace.catalog.models import Offer, OfferState, Price, PriceChange, Product
from marketplace.catalog.services import offers, prices
from marketplace.exchange import errors, tasks
from marketplace.exchange.models import ImportRun, RunState
from marketplace.exchange.services import files, imports, staging, working
from reference.errors import TableRefused
from tests import catalog_house as catalog
from tests import exchange_house as house
from tests.people import make_actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]
HEAD = "sku,name_en,gtin,currency,price_1,from_2,price_2"
BOLT = "HX-16,Hexagon bolt,4006381333931,EUR,12.50,10,11"


@pytest.fixture
def manager():
    return catalog.manager()


@pytest.fixture
def colleague(manager):
    return another(manager, Role.CATALOG_MANAGER)


def another(actor, role):
    return make_actor(role, Company.objects.get(pk=actor.company_id))


def reasons(run):
    return {each.number: each.errors for each in run.rows.filter(verdict="wrong")}


def test_a_file_becomes_offers_with_products_prices_and_their_history(manager):
    run = house.upload(manager, house.table(HEAD, BOLT))
    assert (run.state, house.counts(run)) == (RunState.STAGED, (1, 0, 0, 0, 0))
    assert not Offer.objects.exists()

    house.activate(manager, run)

    offer = Offer.objects.get()
    assert (offer.sku, offer.state, offer.product.name_en) == ("HX-16", "active", "Hexagon bolt")
    assert offer.product.gtin == "04006381333931"
    assert list(offer.prices.order_by("least").values_list("least", "amount", "currency")) == [
        (0, Decimal("12.5"), "EUR"), (10, 11, "EUR"),
    ]  # fmt: skip
    assert set(PriceChange.objects.values_list("kind", "actor")) == {("added", manager.user_id)}
    event = OutboxMessage.objects.get(type="catalog.offers_changed")
    assert event.payload == {"company_id": str(manager.company_id), "offers": [str(offer.pk)]}


def test_a_price_that_changes_ends_and_another_begins(manager):
    house.bring(manager, HEAD, BOLT)
    run = house.upload(manager, house.table("sku,currency,price_1,from_2,price_2",
                                            "hx-16,EUR,13.00,10,11"))  # fmt: skip
    assert (house.counts(run), run.rises, run.falls) == ((0, 1, 0, 0, 0), 1, 0)
    assert run.rows.get().rise == 4

    house.activate(manager, run)

    assert Price.objects.count() == 3
    ended = Price.objects.get(valid_until__isnull=False)
    assert ended.amount == Decimal("12.5")
    assert [each.kind for each in PriceChange.objects.order_by("id")] == [
        "added", "added", "ended", "added",
    ]  # fmt: skip
    assert Offer.objects.get().product.name_en == "Hexagon bolt"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_exported_changes_nothing_when_it_is_imported(manager, form):
    catalog.active(manager, territory=["EE", "LV"], valid_until=utc_now() + timedelta(days=9))
    catalog.draft(
        manager, sku="=1+1", gtin="", name_en="'=odd", name_uk="+плюс", max_order=Decimal(9)
    )
    offers.withdraw_offer(
        actor=manager, offer_id=catalog.draft(manager, sku="OLD", gtin="", name_en="-old").pk
    )
    run = house.upload(manager, house.exported(manager, form), name=f"offers.{form}", whole=True)
    assert reasons(run) == {}
    assert house.counts(run) == (0, 0, 3, 0, 0)
    with pytest.raises(errors.NothingToActivate):
        imports.activate(actor=manager, run_id=run.pk)


def test_rows_tell_what_is_wrong_with_them_by_column_and_the_others_go_on(manager):
    run = house.upload(manager, house.table(
        "sku,name_en,gtin,unit,min_order,increment,currency,price_1,valid_until,category",
        "A-1,Bolt,,C62,1,1,EUR,10,,",
        "A-2,,,C62,1,1,EUR,10,,",
        "A-3,Nut,123,C62,1,1,EUR,10,,",
        "A-4,Nut,,XXX,x,1,EUR,10,31/12,",
        "A-5,Nut,,C62,3,2,EUR,10,,",
        "A-6,Nut,,C62,1,1,EEE,0,,nothing",
        "A-7,Nut,,C62,1,1,EUR,,,",
        "a-1,Bolt again,,C62,1,1,EUR,9,,",
        ",Nut,,C62,1,1,EUR,9,,",
        "=cmd|'/c calc'!A1,Nut,,C62,1,1,EUR,9,,",
    ))  # fmt: skip
    assert house.counts(run) == (1, 0, 0, 0, 9)
    wrong = {number: set(columns) for number, columns in reasons(run).items()}
    assert wrong == {
        3: {"name_en"}, 4: {"gtin"}, 5: {"unit", "min_order", "valid_until"}, 6: {"min_order"},
        7: {"category", "price_1"}, 8: {"price_1"}, 9: {"sku"}, 10: {"sku"}, 11: {""},
    }  # fmt: skip

    form, _name, content = files.with_errors(actor=manager, run_id=run.pk)
    told = house.rows_of(content)
    assert form == "csv"
    assert [bool(each["errors"]) for each in told] == [False] + [True] * 9
    assert told[3]["sku"] == "A-4"
    assert "unit: " in told[3]["errors"]
    assert told[9]["sku"].startswith("'=cmd")

    house.activate(manager, run)
    assert list(Offer.objects.values_list("sku", flat=True)) == ["A-1"]


def test_the_corrected_file_with_its_column_of_reasons_is_taken(manager):
    run = house.upload(manager, house.table(HEAD, "B-1,,,EUR,1,,"))
    _form, _name, content = files.with_errors(actor=manager, run_id=run.pk)
    imports.refuse(actor=manager, run_id=run.pk)
    mended = content.replace(b"B-1,,", b"B-1,Bolt,")
    assert house.counts(house.upload(manager, mended)) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"name_en\nBolt", "no_sku"),
        (b"sku,prise\nA,1", "column_unknown"),
        (b"sku,price,price_1\nA,1,1", "column_twice"),
        (b"sku,name_en", "no_rows"),
        (b"sku" + b",x" * 1_000_000 + b"\nA", "columns"),
        (b"PK\x03\x04 is no workbook", "kind"),
    ],
)
def test_a_file_that_is_no_table_of_offers_is_refused_as_a_whole(manager, content, code):
    run = house.upload(manager, content)
    assert (run.state, run.failure) == (RunState.REFUSED, code)


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16", "utf-8-sig"])
def test_files_come_in_the_encodings_that_spreadsheets_write(manager, encoding):
    content = "sku;name_ru;currency;price\nБ-16;Болт шестигранный;EUR;12,50".encode(encoding)
    house.activate(manager, house.upload(manager, content))
    offer = Offer.objects.get()
    assert (offer.sku, offer.product.name_ru) == ("Б-16", "Болт шестигранный")
    assert offer.prices.get().amount == Decimal("12.5")


def test_what_no_encoding_fits_is_refused_at_once(manager):
    with pytest.raises(TableRefused):
        imports.upload(actor=manager, file=house.given(b"sku\0,\xd8\nA\0\0", "offers.csv"))


def test_a_whole_file_withdraws_what_is_not_in_it(manager):
    house.bring(manager, HEAD, BOLT, "N-16,Nut,,EUR,1,,")
    run = house.upload(manager, house.table(HEAD, "N-16,Nut,,EUR,1,,"), whole=True)
    assert house.counts(run) == (0, 0, 1, 1, 0)
    house.activate(manager, run)
    assert dict(Offer.objects.values_list("sku", "state")) == {
        "HX-16": OfferState.WITHDRAWN, "N-16": OfferState.ACTIVE,
    }  # fmt: skip


def test_where_a_row_tells_no_sku_nothing_is_gone(manager):
    house.bring(manager, HEAD, BOLT)
    run = house.upload(manager, house.table(HEAD, ",Nut,,EUR,1,,"), whole=True)
    assert house.counts(run) == (0, 0, 0, 0, 1)


def test_a_rollback_brings_back_what_was(manager):
    house.bring(manager, HEAD, BOLT, "N-16,Nut,,EUR,1,,")
    before = house.rows_of(house.exported(manager))
    run = house.bring(manager, HEAD, "HX-16,Other name,4006381333931,EUR,15,,", "NEW,New,,EUR,2,,",
                      whole=True)  # fmt: skip
    assert house.counts(run) == (1, 1, 0, 1, 0)

    house.roll_back(manager, run)

    assert run.state == RunState.ROLLED_BACK
    after = house.rows_of(house.exported(manager))
    assert [each for each in after if each["sku"] != "NEW"] == before
    assert Offer.objects.get(sku="NEW").state == OfferState.WITHDRAWN


def test_a_rollback_is_refused_where_something_was_changed_since(manager):
    run = house.bring(manager, HEAD, BOLT)
    prices.end_price(actor=manager, price_id=Price.objects.first().pk)
    house.roll_back(manager, run)
    assert (run.state, run.failure, run.failure_detail) == (RunState.ACTIVATED, "touched", "HX-16")


def test_only_the_latest_is_rolled_back(manager):
    first = house.bring(manager, HEAD, BOLT)
    house.bring(manager, HEAD, "N-16,Nut,,EUR,1,,")
    with pytest.raises(errors.LaterActive):
        imports.roll_back(actor=manager, run_id=first.pk)


def test_a_file_is_compared_anew_when_an_offer_changes_before_it_becomes_active(manager):
    house.bring(manager, HEAD, BOLT)
    run = house.upload(manager, house.table("sku,currency,price_1", "HX-16,EUR,15"))
    catalog.price(manager, Offer.objects.get(), "12.40")
    house.activate(manager, run)
    assert (run.state, run.failure) == (RunState.STAGED, "moved_on")
    assert not Price.objects.filter(amount=15).exists()
    assert run.rows.get().before["price_1"] == "12.4"


def test_beyond_the_limits_a_second_person_approves(manager, colleague):
    owner = another(manager, Role.OWNER)
    house.bring(manager, HEAD, BOLT)
    imports.set_rule(actor=owner, most_rise=Decimal(10), most_gone=None)
    run = house.upload(manager, house.table("sku,currency,price_1", "HX-16,EUR,13.76"))
    assert (run.state, run.asked_for) == (RunState.WAITING, ["rise"])
    with pytest.raises(errors.StateMoved):
        imports.activate(actor=manager, run_id=run.pk)
    with pytest.raises(errors.OwnApproval):
        imports.approve(actor=manager, run_id=run.pk)
    with pytest.raises(AccessForbidden):
        imports.approve(actor=another(manager, Role.BIDDER), run_id=run.pk)

    imports.approve(actor=colleague, run_id=run.pk)
    assert house.activate(manager, run).state == RunState.ACTIVATED


def test_the_share_of_offers_gone_asks_too_and_the_limit_itself_does_not(manager):
    owner = another(manager, Role.OWNER)
    lines = [f"N-{at},Nut {at},,EUR,10,," for at in range(4)]
    house.bring(manager, HEAD, *lines)
    imports.set_rule(actor=owner, most_rise=Decimal(10), most_gone=Decimal(25))
    run = house.upload(manager, house.table(HEAD, "N-0,Nut 0,,EUR,11,,", *lines[1:3]), whole=True)
    assert (run.state, run.gone, run.asked_for) == (RunState.STAGED, 1, [])
    imports.refuse(actor=manager, run_id=run.pk)
    run = house.upload(manager, house.table(HEAD, *lines[:2]), whole=True)
    assert run.asked_for == ["gone"]


def test_who_uploads_does_not_set_the_limits(manager):
    with pytest.raises(AccessForbidden):
        imports.set_rule(actor=manager, most_rise=None, most_gone=None)


def test_the_database_itself_refuses_ones_own_approval_and_an_unapproved_activation(manager):
    run = house.upload(manager, house.table(HEAD, BOLT))
    rows = ImportRun.objects.filter(pk=run.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(approved_by=manager.user_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state=RunState.ACTIVATING, asked_for=["rise"])


def test_one_import_of_a_company_is_open_at_a_time_and_the_same_file_is_taken_once(manager):
    content = house.table(HEAD, BOLT)
    run = house.upload(manager, content)
    with pytest.raises(errors.ImportOpen):
        imports.upload(actor=manager, file=house.given(content, "again.csv"))
    house.activate(manager, run)
    with pytest.raises(errors.SameFile):
        imports.upload(actor=manager, file=house.given(content, "again.csv"))
    assert house.counts(house.upload(catalog.manager(), content)) == (1, 0, 0, 0, 0)


def test_a_killed_worker_loses_nothing_and_nothing_is_read_twice(manager, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK", 2)
    lines = [f"N-{at},Nut {at},,EUR,1,," for at in range(5)]
    judged = []
    judge = staging.Judge.judge

    def killed(self, chunk):
        judged.extend(each[0] for each in chunk)
        if len(judged) == 4:
            raise KeyboardInterrupt
        return judge(self, chunk)

    monkeypatch.setattr(staging.Judge, "judge", killed)
    with pytest.raises(KeyboardInterrupt):
        house.upload(manager, house.table(HEAD, *lines))
    run = ImportRun.objects.get()
    assert (run.state, run.read_to, run.rows.count()) == (RunState.READING, 3, 2)

    assert working.waiting() == [run.pk]
    tasks.pick_up()

    run.refresh_from_db()
    assert (run.state, house.counts(run)) == (RunState.STAGED, (5, 0, 0, 0, 0))
    assert judged == [2, 3, 4, 5, 4, 5, 6]


def test_a_worker_killed_while_it_writes_leaves_nothing_half_done(manager, monkeypatch):
    run = house.upload(manager, house.table(HEAD, BOLT))
    with monkeypatch.context() as patched:
        patched.setattr("marketplace.exchange.services.applying._tell", _killed)
        with pytest.raises(KeyboardInterrupt):
            house.activate(manager, run)
    run.refresh_from_db()
    assert run.state == RunState.ACTIVATING
    assert not Offer.objects.exists()
    tasks.pick_up()
    run.refresh_from_db()
    assert (run.state, Offer.objects.count()) == (RunState.ACTIVATED, 1)


def _killed(_run):
    raise KeyboardInterrupt


def test_a_moment_to_come_is_kept_and_the_right_to_publish_asked_again_then(manager):
    run = house.upload(manager, house.table(HEAD, BOLT))
    with pytest.raises(errors.MomentPast):
        imports.activate(actor=manager, run_id=run.pk, at=utc_now() - timedelta(minutes=1))
    house.activate(manager, run, at=utc_now() + timedelta(hours=1))
    tasks.pick_up()
    run.refresh_from_db()
    assert (run.state, Offer.objects.count()) == (RunState.SCHEDULED, 0)

    ImportRun.objects.update(activate_at=utc_now() - timedelta(seconds=1))
    set_standing(company_id=manager.company_id, standing=Standing.SUSPENDED)
    tasks.pick_up()
    run.refresh_from_db()
    assert (run.state, Offer.objects.count()) == (RunState.REFUSED, 0)


def test_a_scheduled_import_becomes_active_when_its_moment_has_come(manager):
    run = house.upload(manager, house.table(HEAD, BOLT))
    house.activate(manager, run, at=utc_now() + timedelta(hours=1))
    ImportRun.objects.update(activate_at=utc_now() - timedelta(seconds=1))
    tasks.pick_up()
    run.refresh_from_db()
    assert (run.state, Offer.objects.get().state) == (RunState.ACTIVATED, "active")


def test_a_product_that_others_offer_keeps_its_words_and_the_file_is_no_change_next_time(manager):
    catalog.active(catalog.manager())
    house.bring(manager, HEAD, "MINE,My own words,4006381333931,EUR,1,,")
    assert Product.objects.count() == 1
    assert Product.objects.get().name_en == "Hexagon bolt"
    run = house.upload(manager, house.table(HEAD, "MINE,My own words,4006381333931,EUR,1,, "))
    assert house.counts(run) == (0, 0, 1, 0, 0)


def test_two_rows_of_one_new_product_make_one(manager):
    run = house.bring(manager, HEAD, BOLT, "HX-16-100,Box of bolts,4006381333931,EUR,90,,")
    assert (Product.objects.count(), Offer.objects.count()) == (1, 2)
    house.roll_back(manager, run)
    assert run.state == RunState.ROLLED_BACK


def test_an_import_does_not_exist_for_others(manager):
    run = house.upload(manager, house.table(HEAD, BOLT))
    with pytest.raises(errors.ImportUnknown):
        files.with_errors(actor=catalog.manager(), run_id=run.pk)
    with pytest.raises(SellersOnly):
        files.export(actor=catalog.buyer(), form="csv")
