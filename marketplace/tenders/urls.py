"""Addresses of the tender room's pages."""

from django.urls import path

from marketplace.tenders.pages import (
    drafting,
    inviting,
    lines,
    lists,
    payment,
    practising,
    rehearsing,
    results,
    scoring,
    tender,
    terms,
)

app_name = "tenders"
REHEARSAL = "tenders/<uuid:tender_id>/rehearsals/<uuid:rehearsal_id>/"
urlpatterns = [
    path("tenders/", lists.tender_list, name="list"),
    path("tenders/new/", drafting.create, name="create"),
    path("tenders/<uuid:tender_id>/", tender.detail, name="detail"),
    path("tenders/<uuid:tender_id>/edit/", drafting.edit, name="edit"),
    path("tenders/<uuid:tender_id>/delete/", drafting.delete, name="delete"),
    path("tenders/<uuid:tender_id>/copy/", drafting.copy, name="copy"),
    path("tenders/<uuid:tender_id>/lots/add/", drafting.add_lot, name="lot-add"),
    path("tenders/<uuid:tender_id>/lots/paste/", drafting.paste_lots, name="lots-paste"),
    path("tenders/<uuid:tender_id>/lots/<uuid:lot_id>/", drafting.edit_lot, name="lot"),
    path("tenders/<uuid:tender_id>/lots/<uuid:lot_id>/lines/", lines.save, name="lines"),
    path(
        "tenders/<uuid:tender_id>/lots/<uuid:lot_id>/lines/paste/", lines.paste, name="lines-paste"
    ),
    path("tenders/<uuid:tender_id>/lots/<uuid:lot_id>/move/", drafting.move, name="lot-move"),
    path("tenders/<uuid:tender_id>/lots/<uuid:lot_id>/remove/", drafting.remove, name="lot-remove"),
    path("tenders/<uuid:tender_id>/terms/", terms.terms, name="terms"),
    path("tenders/<uuid:tender_id>/format/", terms.choose_format, name="format"),
    path("tenders/<uuid:tender_id>/publish/", terms.publish, name="publish"),
    path("tenders/<uuid:tender_id>/invite/", inviting.invite, name="invite"),
    path("tenders/<uuid:tender_id>/invite/drop/", inviting.drop, name="invite-drop"),
    path("tenders/<uuid:tender_id>/uninvite/", inviting.uninvite, name="uninvite"),
    path("tenders/<uuid:tender_id>/scoring/", scoring.values, name="scoring"),
    path("tenders/<uuid:tender_id>/disqualify/", inviting.disqualify, name="disqualify"),
    path("tenders/<uuid:tender_id>/requalify/", inviting.requalify, name="requalify"),
    path("tenders/<uuid:tender_id>/accept/", tender.accept, name="accept"),
    path("tenders/<uuid:tender_id>/prices/", tender.declare_prices, name="declare-prices"),
    path("tenders/<uuid:tender_id>/decline/", tender.decline, name="decline"),
    path("tenders/<uuid:tender_id>/cancel/", tender.cancel, name="cancel"),
    path("tenders/<uuid:tender_id>/annul/", tender.annul, name="annul"),
    path("tenders/<uuid:tender_id>/calendar.ics", tender.calendar, name="calendar"),
    path("tenders/<uuid:tender_id>/result/", results.result, name="result"),
    path("tenders/<uuid:tender_id>/result/<int:lot>/", results.confirm, name="confirm"),
    path("tenders/<uuid:tender_id>/payment/", payment.payment, name="payment"),
    path("tenders/<uuid:tender_id>/protocol/", results.protocol, name="protocol"),
    path("tenders/<uuid:tender_id>/protocol.json", results.protocol_json, name="protocol-json"),
    path("tenders/<uuid:tender_id>/protocol.pdf", results.protocol_pdf, name="protocol-pdf"),
    path("tenders/<uuid:tender_id>/rehearsals/", rehearsing.rehearsals, name="rehearsals"),
    path(REHEARSAL, rehearsing.rehearsal, name="rehearsal"),
    path(f"{REHEARSAL}cancel/", rehearsing.cancel, name="rehearsal-cancel"),
    path(f"{REHEARSAL}again/", rehearsing.again, name="rehearsal-again"),
    path(f"{REHEARSAL}delete/", rehearsing.delete, name="rehearsal-delete"),
    path(f"{REHEARSAL}figures.csv", rehearsing.as_csv, name="rehearsal-csv"),
    path(f"{REHEARSAL}figures.json", rehearsing.as_json, name="rehearsal-json"),
    path("tenders/<uuid:tender_id>/practice/", practising.practice, name="practice"),
    path("tenders/<uuid:tender_id>/practice/end/", practising.end, name="practice-end"),
]
