"""Addresses of the access API, below /api/v1/."""

from django.urls import path

from crm_core.access.api import company_invitations, members, security, tokens, views

urlpatterns = [
    path("me/", views.MeView.as_view(), name="api-me"),
    path("companies/", views.CompaniesView.as_view(), name="api-companies"),
    path(
        "companies/<uuid:company_id>/ask-to-join/",
        company_invitations.AskToJoinView.as_view(),
        name="api-company-ask",
    ),
    path(
        "company-invitations/",
        company_invitations.CompanyInvitationsView.as_view(),
        name="api-company-invitations",
    ),
    path(
        "company-invitations/<uuid:offer_id>/",
        company_invitations.CompanyInvitationView.as_view(),
        name="api-company-invitation",
    ),
    path(
        "company-invitations/<uuid:offer_id>/send-again/",
        company_invitations.CompanyInvitationAgainView.as_view(),
        name="api-company-invitation-again",
    ),
    path("identifiers/", views.SchemesView.as_view(), name="api-identifiers"),
    path("identifiers/check/", views.VerdictView.as_view(), name="api-identifier-check"),
    path("members/", members.MembersView.as_view(), name="api-members"),
    path("members/leave/", members.LeaveView.as_view(), name="api-members-leave"),
    path("members/log/", members.PeopleLogView.as_view(), name="api-members-log"),
    path(
        "member-invitations/",
        members.MemberInvitationsView.as_view(),
        name="api-member-invitations",
    ),
    path(
        "member-invitations/<uuid:invitation_id>/",
        members.MemberInvitationView.as_view(),
        name="api-member-invitation",
    ),
    path(
        "member-invitations/<uuid:invitation_id>/send-again/",
        members.SendAgainView.as_view(),
        name="api-member-invitation-again",
    ),
    path("members/<uuid:member_id>/", members.MemberView.as_view(), name="api-member"),
    path("me/sessions/", security.SessionsView.as_view(), name="api-sessions"),
    path("me/sessions/others/", security.OthersView.as_view(), name="api-sessions-others"),
    path("me/sessions/<uuid:session_id>/", security.SessionView.as_view(), name="api-session"),
    path("me/security-log/", security.SecurityLogView.as_view(), name="api-security-log"),
    path("tokens/", tokens.TokensView.as_view(), name="api-tokens"),
    path("tokens/scopes/", tokens.ScopesView.as_view(), name="api-token-scopes"),
    path("tokens/<uuid:token_id>/", tokens.TokenView.as_view(), name="api-token"),
    path("company-tokens/", tokens.CompanyTokensView.as_view(), name="api-company-tokens"),
    path(
        "company-tokens/<uuid:token_id>/",
        tokens.CompanyTokenView.as_view(),
        name="api-company-token",
    ),
    path("socket-tickets/", tokens.SocketTicketsView.as_view(), name="api-socket-tickets"),
]
