"""The back office reads rooms and broadcasts; only services change them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from livestream.models import LiveSession, Room


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(Room)
class RoomAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ["name", "fair"]
    list_filter: ClassVar = ["fair"]
    list_select_related: ClassVar = ["fair"]


@admin.register(LiveSession)
class LiveSessionAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ["title", "room", "state", "starts_at", "live_at", "ended_at"]
    list_filter: ClassVar = ["state", "room__fair"]
    list_select_related: ClassVar = ["room"]
