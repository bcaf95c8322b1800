"""The back office of fairs: read here, written by services.

Organisers see and work on their own fairs; superusers on all. Staff of other kinds see nothing here.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import DomainError, Invalid
from jobfair.fairs import rules, services
from jobfair.fairs.models import City, Fair, FairStaff, Programme, ScheduleEntry, Zone
from jobfair.fairs.queries import list_fairs_of


def staff_of(request: HttpRequest) -> User:
    """Who is at work in the back office; its login has made sure it is a user."""
    assert isinstance(request.user, User)
    return request.user


class OrganisersAdmin(ModelAdmin):  # type: ignore[misc]
    """Rows of the fairs one organises; `fair_lookup` leads from the model to its fair. Nothing is deleted."""

    fair_lookup: ClassVar[str] = "fair"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        user = staff_of(request)
        if user.is_superuser:
            return rows
        return rows.filter(
            **{f"{self.fair_lookup}__in": [fair.pk for fair in list_fairs_of(user)]}
        ).distinct()

    def has_module_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_active and bool(list_fairs_of(user) or user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not self.has_module_permission(request):
            return False
        return obj is None or self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(TabularInline):  # type: ignore[misc]
    """Zones, schedule and staff are shown with their fair; services write them."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return True

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
    """Superusers appoint and dismiss here; organisers see whom they work with."""

    model = FairStaff
    fields: ClassVar = ["user", "role"]
    autocomplete_fields: ClassVar = ["user"]
    can_delete = True

    def has_add_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return bool(request.user.is_superuser)

    has_change_permission = has_delete_permission = has_add_permission


class FairForm(ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        hours = [data[name] for name in ("opens_at", "closes_at", "extension_ends_at") if data.get(name)]
        if len(hours) == 3:
            try:
                rules.ensure_hours(*hours)
            except Invalid as refusal:
                raise ValidationError({name: str(text) for name, text in refusal.fields.items()}) from None
        return data


@admin.register(Fair)
class FairAdmin(OrganisersAdmin):
    form = FairForm
    fair_lookup = "pk"
    list_display: ClassVar = ["name", "city", "state", "opens_at", "closes_at", "extension_ends_at"]
    list_filter: ClassVar = ["state", "city", "programme"]
    list_select_related: ClassVar = ["city"]
    search_fields: ClassVar = ["name", "slug"]
    readonly_fields: ClassVar = ["state"]
    inlines: ClassVar = [ZoneInline, ScheduleInline, StaffInline]
    actions: ClassVar = ["announce", "open_doors", "extend", "close_doors"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A new fair has no organiser yet, so a superuser enters it and appoints one."""
        return bool(request.user.is_superuser)

    def save_model(self, request: HttpRequest, obj: Fair, form: Any, change: bool) -> None:
        if change:
            services.correct_fair(fair=obj, changed=form.changed_data, by=staff_of(request), now=clock.now())
        else:
            services.create_fair(fair=obj, by=staff_of(request), now=clock.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Offices are the only rows of a fair that are entered here."""
        offices = formset.save(commit=False)
        by, now = staff_of(request), clock.now()
        changed = [office for office, fields in formset.changed_objects if "user" in fields]
        replaced = FairStaff.objects.filter(pk__in=[office.pk for office in changed])
        for office in [*formset.deleted_objects, *replaced.select_related("fair", "user")]:
            services.remove_staff(fair=office.fair, user=office.user, by=by, now=now)
        for office in offices:
            role = FairStaff.Role(office.role)
            services.appoint_staff(fair=office.fair, user=office.user, role=role, by=by, now=now)

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
        for fair in fairs:
            try:
                services.change_state(fair=fair, state=state, by=staff_of(request), now=clock.now())
            except DomainError as refusal:
                self.message_user(request, f"{fair.name}：{refusal.text}", messages.ERROR)


@admin.register(Programme)
class ProgrammeAdmin(ModelAdmin):  # type: ignore[misc]
    list_display: ClassVar = ["name", "organiser"]


@admin.register(City)
class CityAdmin(ModelAdmin):  # type: ignore[misc]
    list_display: ClassVar = ["name", "code"]
