"""Addresses of the verification API, below /api/v1/."""

from django.urls import path

from crm_core.verification.api import cases, own

_OWN, _CASE = "verification/own/", "verification/cases/<uuid:company_id>/"

urlpatterns = [
    path(_OWN, own.OwnVerificationView.as_view(), name="api-verification"),
    path(f"{_OWN}profile/", own.ProfileView.as_view(), name="api-verification-profile"),
    path(f"{_OWN}profile/identity/", own.IdentityView.as_view(), name="api-verification-identity"),
    path(f"{_OWN}profile/people/", own.PeopleView.as_view(), name="api-verification-people"),
    path(f"{_OWN}profile/accounts/", own.AccountsView.as_view(), name="api-verification-accounts"),
    path(f"{_OWN}submission/", own.SubmissionView.as_view(), name="api-verification-submission"),
    path(f"{_OWN}answer/", own.AnswerView.as_view(), name="api-verification-answer"),
    path(f"{_OWN}withdrawal/", own.WithdrawalView.as_view(), name="api-verification-withdrawal"),
    path(f"{_OWN}appeal/", own.AppealView.as_view(), name="api-verification-appeal"),
    path(f"{_OWN}history/", own.OwnHistoryView.as_view(), name="api-verification-own-history"),
    path("verification/cases/", cases.CasesView.as_view(), name="api-verification-cases"),
    path(
        "verification/cases.csv",
        cases.CasesExportView.as_view(form="csv"),
        name="api-verification-csv",
    ),
    path(
        "verification/cases.xlsx",
        cases.CasesExportView.as_view(form="xlsx"),
        name="api-verification-xlsx",
    ),
    path(
        "verification/companies/", cases.CompaniesView.as_view(), name="api-verification-companies"
    ),
    path(_CASE, cases.CaseView.as_view(), name="api-verification-case"),
    path(f"{_CASE}history/", cases.CaseHistoryView.as_view(), name="api-verification-history"),
    path(
        f"{_CASE}history/<int:number>/",
        cases.CaseEntryView.as_view(),
        name="api-verification-entry",
    ),
    path(f"{_CASE}take/", cases.take.as_view(), name="api-verification-take"),
    path(f"{_CASE}hand-over/", cases.hand_over.as_view(), name="api-verification-hand-over"),
    path(f"{_CASE}request/", cases.request_info.as_view(), name="api-verification-request"),
    path(
        f"{_CASE}documents/<uuid:version_id>/decision/",
        cases.decide_document.as_view(),
        name="api-verification-document",
    ),
    path(f"{_CASE}proposal/", cases.propose.as_view(), name="api-verification-proposal"),
    path(
        f"{_CASE}proposal/confirmation/",
        cases.confirm.as_view(),
        name="api-verification-confirmation",
    ),
    path(f"{_CASE}proposal/return/", cases.send_back.as_view(), name="api-verification-return"),
    path(f"{_CASE}suspension/", cases.suspend.as_view(), name="api-verification-suspension"),
]
