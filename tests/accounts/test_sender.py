"""What one person pressed never runs as another, whatever happened to the browser's session meanwhile."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from booths.models import Booth, Ticket
from jobfair.accounts import services
from jobfair.accounts.models import User
from jobfair.config.asgi import application
from jobfair.core import clock
from jobfair.core.models import CommandResult
from tests.factories import make_booth, make_fair, make_seeker
from tests.realtime.sockets import HEADERS, Socket, session_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
_keys = itertools.count(1)


@pytest.fixture
def booth() -> Booth:
    now = clock.now()
    return make_booth(make_fair(now=now), now=now)


def take(session: User | None, booth: Booth, *, pressed_by: str | None, key: str = "") -> Any:
    client = Client()
    if session is not None:
        client.force_login(session, backend="django.contrib.auth.backends.ModelBackend")
    headers = {"Idempotency-Key": key or f"sender-{next(_keys):08d}"}
    headers |= {} if pressed_by is None else {"X-Expected-User": pressed_by}
    path = f"/api/booths/{booth.pk}/tickets"
    return client.post(path, {"channel": "onsite"}, content_type="application/json", headers=headers)


def test_ones_own_press_runs(booth: Booth) -> None:
    seeker = make_seeker()
    assert take(seeker, booth, pressed_by=str(seeker.pk)).status_code == 201


def test_anothers_press_is_refused_and_leaves_nothing(booth: Booth) -> None:
    seeker, other = make_seeker(), make_seeker()
    refused = take(other, booth, pressed_by=str(seeker.pk), key="pressed-by-a")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "accounts.other_person")
    assert "另一个账号" in refused.json()["error"]["message"]
    assert not Ticket.objects.exists()
    assert not CommandResult.objects.exists()
    assert take(seeker, booth, pressed_by=str(seeker.pk), key="pressed-by-a").status_code == 201
    assert Ticket.objects.get().seeker == seeker


def test_a_press_without_a_session_asks_to_sign_in(booth: Booth) -> None:
    assert take(None, booth, pressed_by=str(make_seeker().pk)).status_code == 401


@pytest.mark.parametrize("stated", ["", "0", "-1", "1e3", "１２", "9" * 40, "null", "1 OR 1=1"])
def test_nonsense_is_another_person(booth: Booth, stated: str) -> None:
    assert take(make_seeker(), booth, pressed_by=stated).status_code == 403


def test_a_guests_press_is_sent_by_the_account_the_guest_became(booth: Booth) -> None:
    guest, stranger = make_seeker(guest=True), make_seeker()
    account = services.confirm_phone(
        phone="+8613800001234", display_name="", guest_id=guest.pk, now=clock.now()
    )
    assert take(stranger, booth, pressed_by=str(guest.pk)).status_code == 403
    assert take(account, booth, pressed_by=str(guest.pk)).status_code == 201
    assert Ticket.objects.get().seeker == account


@pytest.mark.parametrize(
    ("query", "code"), [("", None), ("?user={own}", None), ("?user={other}", 4100), ("?user=%F0%9F", 4100)]
)
async def test_a_page_that_shows_another_person_gets_no_socket(query: str, code: int | None) -> None:
    user, other = await sync_to_async(make_seeker)(), await sync_to_async(make_seeker)()
    headers = [*HEADERS, (b"cookie", await session_of(user))]
    path = "/ws/" + query.format(own=user.pk, other=other.pk)
    communicator = WebsocketCommunicator(application, path, headers=headers)
    assert (await communicator.connect())[0]
    socket = Socket(communicator)
    if code is None:
        assert "snapshot" in await socket.join(f"user:{user.pk}")
    else:
        assert await socket.closed() == code
    await communicator.disconnect()
