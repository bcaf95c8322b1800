"""The back office of fairs: read here, written by services."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import DomainError, Invalid
from jobfair.fairs import rules, services
from jobfair.fairs.access import organises
from jobfair.fairs.models import City, Fair, FairStaff, Programme, ScheduleEntry, Zone


class FairForm(ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        hours = [data.get(name) for name in ("opens_at", "closes_at", "extension_ends_at")]
        if all(hours):
            try:
                rules.ensure_hours(*hours)
            except Invalid as refusal:
                raise ValidationError({name: str(text) for name, text in refusal.fields.items()}) from None
        return data


class ReadOnlyInline(TabularInline):  # type: ignore[misc]
    """Zones, schedule and staff are listed with their fair; services write them."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


class ZoneInline(ReadOnlyInline):
    model = Zone
    fields: ClassVar = ["letter", "name"]


class ScheduleInline(ReadOnlyInline):
    model = ScheduleEntry
    fields: ClassVar = ["starts_at", "ends_at", "title", "place"]


class StaffInline(ReadOnlyInline):
    model = FairStaff
    fields: ClassVar = ["user", "role"]


@admin.register(Fair)
class FairAdmin(ModelAdmin):  # type: ignore[misc]
    form = FairForm
    list_display: ClassVar = ["name", "city", "state", "opens_at", "closes_at", "extension_ends_at"]
    list_filter: ClassVar = ["state", "city", "programme"]
    list_select_related: ClassVar = ["city"]
    search_fields: ClassVar = ["name", "slug"]
    readonly_fields: ClassVar = ["state"]
    inlines: ClassVar = [ZoneInline, ScheduleInline, StaffInline]
    actions: ClassVar = ["announce", "open_doors", "extend", "close_doors"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fair]:
        fairs: QuerySet[Fair] = super().get_queryset(request)
        return fairs if request.user.is_superuser else fairs.filter(staff__user=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Fair | None = None) -> bool:
        """A fair's records are kept; it is archived, not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Fair, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        if change:
            services.correct_fair(fair=obj, changed=form.changed_data, by=request.user, now=clock.now())
        else:
            services.create_fair(fair=obj, by=request.user, now=clock.now())

    @admin.action(description="公布", permissions=["change"])
    def announce(self, request: HttpRequest, fairs: QuerySet[Fair]) -> None:
        self._step(request, fairs, Fair.State.SCHEDULED)

    @admin.action(description="开放", permissions=["change"])
    def open_doors(self, request: HttpRequest, fairs: QuerySet[Fair]) -> None:
        self._step(request, fairs, Fair.State.OPEN)

    @admin.action(description="转入延期", permissions=["change"])
    def extend(self, request: HttpRequest, fairs: QuerySet[Fair]) -> None:
        self._step(request, fairs, Fair.State.EXTENDED)

    @admin.action(description="结束", permissions=["change"])
    def close_doors(self, request: HttpRequest, fairs: QuerySet[Fair]) -> None:
        self._step(request, fairs, Fair.State.CLOSED)

    def _step(self, request: HttpRequest, fairs: QuerySet[Fair], state: Fair.State) -> None:
        assert isinstance(request.user, User)
        for fair in fairs:
            if not organises(request.user, fair):
                continue
            try:
                services.change_state(fair=fair, state=state, by=request.user, now=clock.now())
            except DomainError as refusal:
                self.message_user(request, f"{fair.name}：{refusal.text}", messages.ERROR)


@admin.register(Programme)
class ProgrammeAdmin(ModelAdmin):  # type: ignore[misc]
    list_display: ClassVar = ["name", "organiser"]


@admin.register(City)
class CityAdmin(ModelAdmin):  # type: ignore[misc]
    list_display: ClassVar = ["name", "code"]
