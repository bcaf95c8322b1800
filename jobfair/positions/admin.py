"""The back office of positions: duties confirmed and positions published in bulk, by the services."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest

from jobfair.core import clock
from jobfair.core.errors import DomainError
from jobfair.fairs.admin import OrganisersAdmin, staff_of
from jobfair.fairs.models import Fair
from jobfair.positions import rules, services
from jobfair.positions.models import Position
from jobfair.positions.sheet.education import LABELS


class PositionForm(forms.ModelForm):  # type: ignore[type-arg]
    education = forms.ChoiceField(
        label="学历要求", required=False, choices=[("", "—"), *sorted(LABELS.items())]
    )


class ReasonFilter(admin.SimpleListFilter):
    title = "待处理原因"
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, str(reason.sentence)) for code, reason in rules.REASONS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Position]) -> QuerySet[Position]:
        code = self.value()
        if code is None:
            return queryset
        if code == "positions.duties_unconfirmed":
            return queryset.filter(duties_confirmed_at=None).exclude(duties="")
        if code == "employers.not_verified":
            return queryset.exclude(employer__state="verified")
        field = "employer__reasons" if code.startswith("employers.") else "reasons"
        named = queryset.annotate(
            reasons_text=Cast(field, TextField())
        )  # SQLite cannot look inside JSON lists
        return named.filter(reasons_text__contains=f'"{code}"')


@admin.register(Position)
class PositionAdmin(OrganisersAdmin):
    form = PositionForm
    list_display: ClassVar = ["title", "employer", "state", "why", "duties_are_confirmed", "valid_until"]
    list_filter: ClassVar = ["state", ReasonFilter, "fair"]
    list_select_related: ClassVar = ["employer", "fair"]
    search_fields: ClassVar = ["title", "employer__name"]
    readonly_fields: ClassVar = [
        "fair", "employer", "state", "why", "stated", "duties_confirmed_at", "published_at",
    ]  # fmt: skip
    exclude: ClassVar = ["reasons", "row_digest"]
    actions: ClassVar = ["confirm_duties", "publish", "close"]

    @admin.display(description="待处理原因")
    def why(self, position: Position) -> str:
        if position.state in {Position.State.PUBLISHED, Position.State.CLOSED}:
            return "—"
        codes = rules.list_obstacles(position, position.employer, on=clock.local(clock.now()).date())
        return "".join(str(rules.REASONS[code].sentence) for code in codes) or "—"

    @admin.display(description="职责已确认", boolean=True)
    def duties_are_confirmed(self, position: Position) -> bool:
        return position.duties_confirmed_at is not None

    def save_model(self, request: HttpRequest, obj: Position, form: Any, change: bool) -> None:
        services.correct_position(
            position=obj, changed=form.changed_data, by=staff_of(request), now=clock.now()
        )

    @admin.action(description="确认岗位职责", permissions=["change"])
    def confirm_duties(self, request: HttpRequest, positions: QuerySet[Position]) -> None:
        confirmed = 0
        for fair, ids in _by_fair(positions):
            done = services.confirm_duties(fair=fair, by=staff_of(request), now=clock.now(), positions=ids)
            confirmed += len(done)
        self.message_user(request, f"已确认 {confirmed} 个岗位的职责。", messages.SUCCESS)

    @admin.action(description="发布", permissions=["change"])
    def publish(self, request: HttpRequest, positions: QuerySet[Position]) -> None:
        published = waiting = 0
        for fair, ids in _by_fair(positions):
            done = services.publish_positions(fair=fair, by=staff_of(request), now=clock.now(), positions=ids)
            published += len(done.published)
            waiting += len(done.waiting)
        self.message_user(
            request, f"已发布 {published} 个岗位，{waiting} 个还不能发布，原因见列表。", messages.INFO
        )

    @admin.action(description="关闭", permissions=["change"])
    def close(self, request: HttpRequest, positions: QuerySet[Position]) -> None:
        for position in positions:
            try:
                services.close_position(position=position, by=staff_of(request), now=clock.now())
            except DomainError as refusal:
                self.message_user(request, f"{position.title}：{refusal.text}", messages.ERROR)


def _by_fair(positions: QuerySet[Position]) -> list[tuple[Fair, list[int]]]:
    chosen: dict[int, list[int]] = {}
    for pk, fair_id in positions.values_list("pk", "fair_id"):
        chosen.setdefault(fair_id, []).append(pk)
    fairs = Fair.objects.in_bulk(chosen)
    return [(fairs[fair_id], ids) for fair_id, ids in chosen.items()]
