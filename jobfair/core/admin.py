"""Jobs in the back office: what waits, what was given up and why, and a way to try again."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from jobfair.core import clock, jobs
from jobfair.core.models import Job


@admin.register(Job)
class JobAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display: ClassVar = ["kind", "key", "state", "attempts", "due_at", "ended_at", "last_error"]
    list_filter: ClassVar = ["state", "kind"]
    search_fields: ClassVar = ["kind", "key"]
    ordering: ClassVar = ["-state", "due_at"]
    actions: ClassVar = ["run_again"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        return False

    def has_run_again_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("core.change_job"))

    @admin.action(description="重新执行", permissions=["run_again"])
    def run_again(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        now, by = clock.now(), request.user.pk
        sent = sum(jobs.run_again(job=job, by=by, now=now) for job in chosen.filter(state=Job.State.PARKED))
        self.message_user(request, f"已重新安排 {sent} 项，{chosen.count() - sent} 项未变。", messages.INFO)
