"""The back office: entered by the staff's sign-in page, with the second factor where staff need one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from unfold.sites import UnfoldAdminSite

from jobfair.accounts.models import User
from jobfair.accounts.queries import may_act_as_staff


class BackOffice(UnfoldAdminSite):  # type: ignore[misc]  # unfold has no types
    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(super().has_permission(request)) and isinstance(user, User) and may_act_as_staff(user)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseRedirect:
        """No form of its own: the staff's page knows the limits and the second factor.

        Who is signed in and may not enter for want of a second factor is led to set one up.
        """
        asked = request.GET.get("next") or "/admin/"
        user = request.user
        in_need = isinstance(user, User) and user.is_staff and not may_act_as_staff(user)
        page = "/staff/second-factor" if in_need else "/staff"
        return HttpResponseRedirect(f"{page}?{urlencode({'next': asked})}")
