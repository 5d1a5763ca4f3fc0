"""Companies and people for tests, made by the services the product itself uses."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from rest_framework.test import APIClient

from crm_core.access.actor import Actor, load_actor
from crm_core.access.keys import create_token
from crm_core.access.models import ApiToken
from crm_core.access.scopes import offered
from crm_core.companies.models import Company, Role, Standing
from crm_core.companies.services import add_member, create_company
from crm_core.people.models import User
from kernel.clock import utc_now

_number = count(1)


def make_company(**fields: Any) -> Company:
    """A verified company that buys and sells, unless told otherwise."""
    number = next(_number)
    defaults: dict[str, Any] = {
        "legal_name": f"Company {number}",
        "country": "EE",
        "buys": True,
        "sells": True,
        "standing": Standing.VERIFIED,
        "registry_scheme": "EE-RIK",
        "registry_value": f"9{number:07}",
    }
    return create_company(**{**defaults, **fields})


def make_user(**fields: Any) -> User:
    """A person who can sign in with the password ``correct horse``."""
    number = next(_number)
    defaults: dict[str, Any] = {
        "email": f"person{number}@company.example",
        "password": "correct horse",
        "full_name": f"Person {number}",
    }
    return User.objects.create_user(**{**defaults, **fields})


def make_actor(
    role: Role = Role.OFFICER, company: Company | None = None, user: User | None = None
) -> Actor:
    """Somebody acting in this role, for a new company unless one is given."""
    company = company or make_company(operates=role in ("platform_admin", "arbiter", "verifier"))
    user = user or make_user()
    add_member(company_id=company.pk, user_id=user.pk, role=role)
    return load_actor(user.pk, company.pk)


def api_client(actor: Actor) -> APIClient:
    """An API client with the actor's session, naming the actor's company."""
    client = APIClient()
    client.force_login(User.objects.get(pk=actor.user_id))
    client.credentials(HTTP_X_COMPANY=str(actor.company_id))
    return client


def token_client(actor: Actor) -> APIClient:
    """An API client with a token that gives all that the actor's role can."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(actor, name='test')[1]}")
    return client


def make_token(
    actor: Actor, *scopes: str, name: str = "ERP", days: int = 30
) -> tuple[ApiToken, str]:
    """A token of these scopes, or of all that the actor's role can give, and its secret."""
    wanted = scopes or [each.value for each in offered(actor.role)]
    return create_token(
        actor=actor, name=name, scopes=wanted, expires_at=utc_now() + timedelta(days=days)
    )


def program(secret: str) -> APIClient:
    """An API client with this token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def expire(token: ApiToken) -> None:
    """As if its time were over."""
    now = utc_now()
    ApiToken.objects.filter(pk=token.pk).update(
        created_at=now - timedelta(days=31), expires_at=now - timedelta(seconds=1)
    )
