from __future__ import annotations

from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from jobfair.accounts.access import actor_of, device_of, seeker_of, signed_in
from jobfair.accounts.models import User
from jobfair.core.errors import NotSignedIn

pytestmark = pytest.mark.unit

ACCOUNT = User(pk=7, username="zhang")
GUEST = User(pk=8, username="guest-1", is_guest=True)


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_an_account_is_signed_in_and_a_seeker():
    request = request_of(ACCOUNT)
    assert (signed_in(request), seeker_of(request), actor_of(request)) == (ACCOUNT, ACCOUNT, "user:7")


def test_a_guest_is_a_seeker_but_not_signed_in():
    request = request_of(GUEST)
    assert (seeker_of(request), actor_of(request)) == (GUEST, "user:8")
    with pytest.raises(NotSignedIn):
        signed_in(request)


@pytest.mark.parametrize("function", [signed_in, seeker_of, actor_of])
def test_nobody_is_neither(function):
    with pytest.raises(NotSignedIn) as refusal:
        function(request_of(AnonymousUser()))
    assert refusal.value.status == 401


def test_a_request_without_a_device_cookie_has_no_device():
    assert device_of(RequestFactory().get("/")) is None


def test_a_device_cookie_signed_for_another_purpose_is_ignored():
    from django.core.signing import get_cookie_signer

    device = UUID(int=5)
    request = RequestFactory().get("/")
    request.COOKIES["device"] = get_cookie_signer(salt="device" + "elsewhere").sign(str(device))
    assert device_of(request) is None
    request.COOKIES["device"] = get_cookie_signer(salt="devicejobfair.accounts.device").sign(str(device))
    assert device_of(request) == device
