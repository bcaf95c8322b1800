"""Users in the back office: looked up, edited, disabled, given a password; never deleted."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from jobfair.accounts import services
from jobfair.accounts.models import User
from jobfair.accounts.rules import PhoneInvalid, normal_phone
from jobfair.core import clock

admin.site.unregister(Group)
admin.site.unregister(EmailAddress)  # nobody signs in by email here


class UserForm(UserChangeForm):  # type: ignore[misc]  # unfold has no types
    def clean_phone(self) -> str | None:
        phone = self.cleaned_data["phone"]
        if not phone:
            return None
        try:
            return normal_phone(phone)
        except PhoneInvalid as error:
            raise ValidationError(error.fields["phone"]) from None


@admin.register(User)
class UserAdmin(BaseUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # unfold has no types
    form = UserForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "display_name", "phone", "is_guest", "is_staff", "is_active", "date_joined")
    list_filter = ("is_guest", "is_staff", "is_active")
    search_fields = ("username", "display_name", "phone")
    ordering = ("-pk",)
    readonly_fields = ("is_guest", "merged_into", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("本人", {"fields": ("display_name", "phone", "phone_verified", "email")}),
        ("权限", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("记录", {"fields": ("is_guest", "merged_into", "last_login", "date_joined")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        fields = tuple(form.changed_data) if change else ("created",)
        assert isinstance(request.user, User)
        services.save_from_back_office(user=obj, fields=fields, by=request.user, now=clock.now())

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Erasure is a service of its own: other records point here."""
        return False


@admin.register(Group)
class GroupAdmin(BaseGroupAdmin, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    pass
