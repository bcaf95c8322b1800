"""The back office reads the lines; only services change them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from booths.models import Booth, Interview, Ticket


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(Booth)
class BoothAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ["number", "employer", "zone", "state"]
    list_filter: ClassVar = ["fair", "state", "zone"]
    search_fields: ClassVar = ["employer__name", "number"]
    list_select_related: ClassVar = ["employer", "zone"]


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ["label", "state", "channel", "taken_at", "ended_at"]
    list_filter: ClassVar = ["state", "channel", "day"]
    list_select_related: ClassVar = ["booth"]


@admin.register(Interview)
class InterviewAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ["ticket", "result", "started_at", "ended_at"]
    list_filter: ClassVar = ["result"]
    list_select_related: ClassVar = ["ticket__booth"]
