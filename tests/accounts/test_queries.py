from __future__ import annotations

import pytest

from jobfair.accounts import queries
from jobfair.accounts.models import User
from tests.accounts.visitor import PHONE, Visitor

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

BOOTH = {"id": 12, "number": 42, "employer_name": "南通纺织有限公司", "fair_slug": "nantong"}
FAIR = {"slug": "nantong", "name": "南通专场", "role": "organiser"}


@pytest.fixture(autouse=True)
def no_sections(monkeypatch):
    monkeypatch.setattr(queries, "_sections", {})


def test_me_tells_what_the_domains_above_say_of_the_user(visitor):
    queries.add_me_section("booths", lambda user: [BOOTH] if user.phone == "+8613800001234" else [])
    queries.add_me_section("fairs", lambda user: [FAIR])
    visitor.sign_in(PHONE)
    me = visitor.ask("me").json()
    assert (me["booths"], me["fairs"]) == ([BOOTH], [FAIR])


def test_guests_and_nobody_have_no_roles(visitor):
    queries.add_me_section("booths", lambda user: [BOOTH])
    assert visitor.ask("me").json()["booths"] == []
    visitor.enter_as_guest()
    assert visitor.ask("me").json()["booths"] == []


def test_without_sections_me_is_empty_but_whole(visitor):
    me = visitor.ask("me").json()
    assert sorted(me) == ["booths", "csrf_token", "debug", "fairs", "now", "user"]
    assert (me["user"], me["booths"], me["fairs"], me["debug"]) == (None, [], [], False)


def test_me_costs_one_query_for_the_session_and_one_for_the_user(visitor, django_assert_num_queries):
    assert visitor.me() is None
    visitor.enter_as_guest()
    with django_assert_num_queries(2):
        visitor.me()
    with django_assert_num_queries(0):
        Visitor().me()


def test_an_account_is_found_by_its_number():
    account = User.objects.create_user("a", phone="+8613800001234")
    assert queries.find_by_phone("+8613800001234") == account
    assert queries.find_by_phone("+8613800000000") is None
