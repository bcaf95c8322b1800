from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from jobfair.core.errors import NotFound
from jobfair.core.models import AuditEntry
from jobfair.employers import access, rules, services
from jobfair.employers.models import Employer, Participation, Recruiter
from jobfair.employers.queries import identify_employers
from jobfair.employers.rules import StatedEmployer
from jobfair.fairs.models import Fair
from tests.factories import NOON, make_employer, make_fair, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
CODE = "91320612M36372594K"
OTHER_CODE = "91320612M93979069F"


def register(fair: Fair, *stated: StatedEmployer) -> list[Employer]:
    identities = identify_employers(stated)
    found = services.register_employers(
        fair=fair, stated=dict(zip(identities, stated, strict=True)), by=None, now=NOON
    )
    return [found[identity] for identity in identities]


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_employers_enter_a_fair_in_review() -> None:
    fair = make_fair()
    (employer,) = register(
        fair, StatedEmployer("示例(南通)公司", CODE, "通州区", "王主管", "13800001234", "7")
    )
    assert (employer.name, employer.credit_code, employer.state) == ("示例（南通）公司", CODE, "in_review")
    assert Participation.objects.get(fair=fair).stated_booth == "7"
    assert actions() == ["employers.employer_registered", "employers.employer_joined_fair"]


def test_an_employer_known_by_its_code_joins_the_next_fair_as_itself() -> None:
    first, second = make_fair(), make_fair()
    (one,) = register(first, StatedEmployer("甲", CODE, contact="王主管"))
    (same,) = register(second, StatedEmployer("甲", CODE.lower(), contact="李主管"))
    assert one == same
    assert Employer.objects.get().contact == "王主管"
    assert Participation.objects.count() == 2


def test_without_a_code_employers_are_known_by_name() -> None:
    fair = make_fair()
    register(fair, StatedEmployer("甲"), StatedEmployer("乙", "123"))
    register(fair, StatedEmployer("甲"), StatedEmployer("乙", "123"))
    assert list(Employer.objects.order_by("id").values_list("name", "stated_code", "reasons")) == [
        ("甲", "", ["employers.code_missing"]),
        ("乙", "123", ["employers.code_wrong"]),
    ]


def test_a_wrong_code_beside_its_namesake_stays_another_employer() -> None:
    fair = make_fair()
    for _ in range(2):
        register(fair, StatedEmployer("甲", "123"), StatedEmployer("甲", CODE))
    assert Employer.objects.count() == 2


def test_a_changed_wrong_code_is_kept_as_stated() -> None:
    fair = make_fair()
    register(fair, StatedEmployer("甲"))
    register(fair, StatedEmployer("甲", "123"))
    employer = Employer.objects.get()
    assert (employer.stated_code, employer.reasons) == ("123", ["employers.code_wrong"])


def test_only_employers_with_a_valid_code_are_verified() -> None:
    good, bad = register(make_fair(), StatedEmployer("甲", CODE), StatedEmployer("乙"))
    verified = services.verify_employers(employers=[good.pk, bad.pk], by=None, now=NOON)
    assert verified == [good.pk]
    good.refresh_from_db()
    assert (good.state, good.verified_at) == ("verified", NOON)
    assert services.verify_employers(employers=[good.pk], by=None, now=NOON) == []
    assert actions().count("employers.employer_verified") == 1


def test_the_database_itself_refuses_a_verified_employer_without_a_code() -> None:
    employer = make_employer()
    with pytest.raises(IntegrityError), transaction.atomic():
        Employer.objects.filter(pk=employer.pk).update(credit_code=None)


def test_a_corrected_code_is_reviewed_again() -> None:
    (employer,) = register(make_fair(), StatedEmployer("甲", "123"))
    employer.credit_code = CODE.lower()
    services.correct_employer(employer=employer, changed=["credit_code"], by=None, now=NOON)
    employer.refresh_from_db()
    assert (employer.credit_code, employer.stated_code, employer.reasons) == (CODE, "", [])
    services.verify_employers(employers=[employer.pk], by=None, now=NOON)
    employer.refresh_from_db()
    employer.name = "新名"
    services.correct_employer(employer=employer, changed=["name"], by=None, now=NOON)
    employer.refresh_from_db()
    assert (employer.state, employer.verified_at) == ("in_review", None)


def test_refusing_ends_a_review_only() -> None:
    (employer,) = register(make_fair(), StatedEmployer("甲", CODE))
    assert services.refuse_employer(employer=employer, by=None, now=NOON).state == "refused"
    with pytest.raises(rules.EmployerStateRefused):
        services.refuse_employer(employer=employer, by=None, now=NOON)


def test_a_recruiter_acts_for_one_employer() -> None:
    mine, other, user = make_employer(), make_employer(), make_seeker()
    services.appoint_recruiter(employer=mine, user=user, by=None, now=NOON)
    services.appoint_recruiter(employer=mine, user=user, by=None, now=NOON)
    assert access.recruiter_of(user, mine) == Recruiter.objects.get()
    assert actions() == ["employers.recruiter_appointed"]
    for nobody, employer in ((user, other), (None, mine), (make_seeker(), mine)):
        with pytest.raises(NotFound):
            access.recruiter_of(nobody, employer)
