"""The back office of employers: verified in bulk, corrected one by one, both by services."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from jobfair.core import clock
from jobfair.employers import rules, services
from jobfair.employers.models import Employer, Recruiter
from jobfair.fairs.admin import OrganisersAdmin, staff_of


class EmployerForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_credit_code(self) -> str | None:
        text = self.cleaned_data["credit_code"] or ""
        code, reasons = rules.read_code(text)
        if text and code is None:
            raise ValidationError(str(rules.REASONS[reasons[0]].sentence))
        return code


class ReasonFilter(admin.SimpleListFilter):
    title = "待处理原因"
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, str(reason.sentence)) for code, reason in rules.REASONS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Employer]) -> QuerySet[Employer]:
        code = self.value()
        if code is None:
            return queryset
        if code == rules.NOT_VERIFIED.code:
            return queryset.exclude(state=Employer.State.VERIFIED)
        return queryset.filter(reasons=[code])


@admin.register(Employer)
class EmployerAdmin(OrganisersAdmin):
    form = EmployerForm
    fair_lookup = "participations__fair"
    list_display: ClassVar = ["name", "state", "credit_code", "stated_code", "area", "why"]
    list_filter: ClassVar = ["state", ReasonFilter, "participations__fair"]
    search_fields: ClassVar = ["name", "credit_code"]
    readonly_fields: ClassVar = ["stated_code", "state", "why", "verified_at"]
    exclude: ClassVar = ["reasons"]
    actions: ClassVar = ["verify"]

    @admin.display(description="待处理原因")
    def why(self, employer: Employer) -> str:
        reasons = [rules.REASONS[code] for code in employer.reasons]
        return "".join(f"{reason.sentence}{reason.remedy}" for reason in reasons) or "—"

    def save_model(self, request: HttpRequest, obj: Employer, form: Any, change: bool) -> None:
        services.correct_employer(
            employer=obj, changed=form.changed_data, by=staff_of(request), now=clock.now()
        )

    @admin.action(description="核验", permissions=["change"])
    def verify(self, request: HttpRequest, employers: QuerySet[Employer]) -> None:
        ids = list(employers.values_list("pk", flat=True))
        verified = services.verify_employers(employers=ids, by=staff_of(request), now=clock.now())
        self.message_user(
            request, f"已核验 {len(verified)} 家，{len(ids) - len(verified)} 家未变。", messages.INFO
        )


@admin.register(Recruiter)
class RecruiterAdmin(ModelAdmin):  # type: ignore[misc]
    list_display: ClassVar = ["employer", "user"]
    list_select_related: ClassVar = ["employer", "user"]
    search_fields: ClassVar = ["employer__name", "user__username"]
    autocomplete_fields: ClassVar = ["employer", "user"]

    def has_change_permission(self, request: HttpRequest, obj: Recruiter | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Recruiter, form: Any, change: bool) -> None:
        made = services.appoint_recruiter(
            employer=obj.employer, user=obj.user, by=staff_of(request), now=clock.now()
        )
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: Recruiter) -> None:
        services.remove_recruiter(recruiter=obj, by=staff_of(request), now=clock.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Recruiter]) -> None:
        for recruiter in queryset:
            self.delete_model(request, recruiter)
