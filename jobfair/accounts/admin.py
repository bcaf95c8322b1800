"""Users in the back office: looked up, edited, disabled, given a password; never deleted."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
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
            raise ValidationError(str(error.fields["phone"])) from None


@admin.register(User)
class UserAdmin(BaseUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # unfold has no types
    form = UserForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "display_name", "phone", "is_guest", "is_staff", "is_active", "date_joined")
    list_filter = ("is_guest", "is_staff", "is_active")
    search_fields = ("username", "display_name", "phone")
    ordering = ("-pk",)
    actions = ("reset_second_factor",)
    readonly_fields = ("is_guest", "merged_into", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("本人", {"fields": ("display_name", "phone", "phone_verified", "email")}),
        ("权限", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("记录", {"fields": ("is_guest", "merged_into", "last_login", "date_joined")}),
    )

    @admin.action(description="重置两步验证（验证器遗失）", permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """For superusers only: whoever resets a second factor could take an office over."""
        assert isinstance(request.user, User)
        if not request.user.is_superuser:
            raise PermissionDenied
        for user in users:
            services.reset_second_factor(user=user, by=request.user, now=clock.now())
        self.message_user(request, "已重置，本人下次登录时重新设置。", messages.INFO)

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
