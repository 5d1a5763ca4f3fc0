"""Addresses of the pages about people and companies."""

from django.urls import path

from crm_core.access.pages import (
    company,
    directory,
    identifiers,
    joining,
    members,
    person,
    platform,
    registration,
    second_factor,
    security,
)

urlpatterns = [
    path("company/", company.company, name="company"),
    path("company/members/<uuid:membership_id>/", members.member, name="member"),
    path("company/members/<uuid:membership_id>/remove/", members.remove, name="member-remove"),
    path("company/invitations/", members.invite, name="member-invite"),
    path(
        "company/invitations/<uuid:invitation_id>/again/",
        members.send_again,
        name="invitation-again",
    ),
    path(
        "company/invitations/<uuid:invitation_id>/revoke/",
        members.revoke,
        name="invitation-revoke",
    ),
    path("company/leave/", members.leave, name="company-leave"),
    path("company/log/", members.log, name="people-log"),
    path("company/log.csv", members.export, {"form": "csv"}, name="people-log-csv"),
    path("company/log.xlsx", members.export, {"form": "xlsx"}, name="people-log-xlsx"),
    path("invitations/<str:secret>/", joining.invitation, name="invitation"),
    path("invitations/<str:secret>/decline/", joining.decline, name="invitation-decline"),
    path("company/switch/", company.switch_company, name="company-switch"),
    path("identifiers/schemes/", identifiers.schemes, name="identifier-schemes"),
    path("identifiers/check/", identifiers.verdict, name="identifier-verdict"),
    path("company/new/", registration.register, name="company-register"),
    path("company/new/<uuid:company_id>/ask/", registration.ask_to_join, name="company-ask"),
    path("companies/", directory.directory, name="directory"),
    path("me/", person.preferences, name="preferences"),
    path("me/second-factor/", second_factor.second_factor, name="second-factor"),
    path("me/sessions/", security.sessions, name="own-sessions"),
    path("me/sessions/<uuid:own_session_id>/end/", security.end_session, name="own-session-end"),
    path("me/sessions/end-others/", security.end_other_sessions, name="own-sessions-end-others"),
    path("me/security-log/", security.log, name="security-log"),
    path("me/security-log.csv", security.log_csv, name="security-log-csv"),
    path("me/tokens/", person.tokens, name="tokens"),
    path("me/tokens/<uuid:token_id>/revoke/", person.revoke_token, name="token-revoke"),
    path("demo/sign-in/<uuid:membership_id>/", person.demo_sign_in, name="demo-sign-in"),
    path("platform/dead-letters/", platform.dead_letters, name="dead-letters"),
    path(
        "platform/dead-letters/<uuid:letter_id>/retry/",
        platform.retry_dead_letter,
        name="dead-letter-retry",
    ),
    path(
        "platform/dead-letters/<uuid:letter_id>/discard/",
        platform.discard_dead_letter,
        name="dead-letter-discard",
    ),
]
