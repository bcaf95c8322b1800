"""Offices at a fair are given and ended in the back office, each by its service."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jobfair.accounts.models import User
from jobfair.core.models import AuditEntry
from jobfair.fairs.models import Fair, FairStaff
from tests.factories import make_fair, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def form_of(client: Client, fair: Fair) -> dict[str, Any]:
    """The fair's form as the page shows it, ready to be sent back."""
    page = client.get(f"/admin/fairs/fair/{fair.pk}/change/")
    assert page.status_code == 200
    form = page.context["adminform"].form
    sent = {name: field.widget.format_value(form[name].value()) for name, field in form.fields.items()}
    for name in ("opens_at", "closes_at", "extension_ends_at"):
        date, time = form.fields[name].widget.decompress(form[name].value())
        sent |= {f"{name}_0": str(date), f"{name}_1": str(time)}
    for inline in page.context["inline_admin_formsets"]:
        for one in [inline.formset.management_form, *inline.formset.forms]:
            sent |= {one.add_prefix(name): one[name].value() for name in one.fields}
    return {name: value for name, value in sent.items() if value is not None and value != []}


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_an_office_is_given_changed_and_ended() -> None:
    fair, user = make_fair(), make_seeker()
    client = client_of(User.objects.create_superuser("boss", password="a-long-password"))
    row = {"staff-TOTAL_FORMS": "1", "staff-0-fair": str(fair.pk), "staff-0-user": str(user.pk)}
    path = f"/admin/fairs/fair/{fair.pk}/change/"

    answer = client.post(path, {**form_of(client, fair), **row, "staff-0-role": "organiser"})
    assert answer.status_code == 302
    assert FairStaff.objects.get().role == "organiser"
    answer = client.post(path, {**form_of(client, fair), "staff-0-role": "staff"})
    assert answer.status_code == 302
    assert FairStaff.objects.get().role == "staff"
    other = make_seeker()
    assert client.post(path, {**form_of(client, fair), "staff-0-user": str(other.pk)}).status_code == 302
    assert FairStaff.objects.get().user == other
    answer = client.post(path, {**form_of(client, fair), "staff-0-DELETE": "on"})
    assert answer.status_code == 302
    assert not FairStaff.objects.exists()
    appointed, removed = "fairs.staff_appointed", "fairs.staff_removed"
    assert actions() == [appointed, appointed, removed, appointed, removed]


def test_an_organiser_sees_the_offices_and_gives_none() -> None:
    fair, user = make_fair(), make_seeker()
    organiser = User.objects.create_user("organiser", is_staff=True)
    FairStaff.objects.create(fair=fair, user=organiser, role=FairStaff.Role.ORGANISER)
    client = client_of(organiser)
    row = {"staff-TOTAL_FORMS": "2", "staff-1-fair": str(fair.pk), "staff-1-user": str(user.pk)}
    sent = {**form_of(client, fair), **row, "staff-1-role": "staff", "staff-0-DELETE": "on"}
    client.post(f"/admin/fairs/fair/{fair.pk}/change/", sent)
    assert list(FairStaff.objects.values_list("user", flat=True)) == [organiser.pk]
