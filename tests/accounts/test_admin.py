from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client

from jobfair.accounts.models import DevelopmentCode, User
from jobfair.core.models import AuditEntry

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss"), "django.contrib.auth.backends.ModelBackend")
    return client


def form_of(user: User, **changes) -> dict[str, str]:
    fields = {
        "username": user.username,
        "display_name": user.display_name,
        "phone": user.phone or "",
        "email": "",
    }
    return {**fields, "is_active": "on", **changes}


def test_users_are_listed_and_searched_by_number(office):
    User.objects.create_user("li", phone="+8613800001234", display_name="李四")
    page = office.get("/admin/accounts/user/?q=13800001234").content.decode()
    assert ("李四" in page, page.count("field-username")) == (True, 1)


def test_a_number_typed_any_way_is_stored_one_way_and_audited(office):
    user = User.objects.create_user("li")
    reply = office.post(f"/admin/accounts/user/{user.pk}/change/", form_of(user, phone="138 0000 1234"))
    assert reply.status_code == 302
    user.refresh_from_db()
    assert user.phone == "+8613800001234"
    assert AuditEntry.objects.get(action="accounts.user_edited").detail["fields"] == ["phone"]


def test_an_empty_number_is_no_number(office):
    users = [User.objects.create_user(name) for name in ("a", "b")]
    for user in users:
        assert office.post(f"/admin/accounts/user/{user.pk}/change/", form_of(user)).status_code == 302
        user.refresh_from_db()
    assert [user.phone for user in users] == [None, None]


def test_a_wrong_number_is_refused_with_the_remedy(office):
    user = User.objects.create_user("li")
    reply = office.post(f"/admin/accounts/user/{user.pk}/change/", form_of(user, phone="12345"))
    assert (reply.status_code, "手机号要填 11 位数字" in reply.content.decode()) == (200, True)


def test_a_user_is_added_with_a_hashed_password(office):
    body = {"username": "new", "password1": "nantong-2026-fair", "password2": "nantong-2026-fair"}
    reply = office.post("/admin/accounts/user/add/", {**body, "usable_password": "true"})
    assert reply.status_code == 302
    assert User.objects.get(username="new").check_password("nantong-2026-fair") is True


def test_a_password_is_changed_by_its_own_form(office):
    user = User.objects.create_user("li", "the-old-password")
    body = {"password1": "the-new-password-1", "password2": "the-new-password-1", "usable_password": "true"}
    assert office.post(f"/admin/accounts/user/{user.pk}/password/", body).status_code == 302
    user.refresh_from_db()
    assert user.check_password("the-new-password-1") is True


def test_users_are_never_deleted_and_codes_never_shown(office):
    user = User.objects.create_user("li")
    assert office.get(f"/admin/accounts/user/{user.pk}/delete/").status_code == 403
    assert admin.site.is_registered(DevelopmentCode) is False
