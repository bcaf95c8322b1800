"""The back office sees what left the house and what became of it, not what it said."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from jobfair.notices.models import Message


@admin.register(Message)
class MessageAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display: ClassVar = [
        "created_at",
        "channel",
        "template",
        "state",
        "reason",
        "sent_at",
        "reported_at",
    ]
    list_filter: ClassVar = ["channel", "state", "template"]
    date_hierarchy = "created_at"
    ordering: ClassVar = ["-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False
