"""A client that sends its amount unsealed, where an envelope belongs: it is told so, and the amount
is kept nowhere, though what the rules refuse stands in the chain of attempts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from auctions.domain.refusals import EnvelopeMalformed
from auctions.domain.terms import PackageTerms
from auctions.models import AttemptEntry
from auctions.realtime import messages
from auctions.realtime.process import ready_gate
from auctions.realtime.wire import command_of
from kernel import sealing
from tests.api.sealed import ask, running_room
from tests.rooms import Room
from tests.secrecy import kept
from tests.secrecy.heard import everything_logged
from tests.secrecy.spelled import Hidden, Secret, numbers

pytestmark = pytest.mark.django_db(transaction=True)
AMOUNT = Secret("sent unsealed", next(numbers("unsealed")))
"""
