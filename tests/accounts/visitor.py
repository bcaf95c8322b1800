"""A visitor as the front end drives a browser: cookies kept, CSRF enforced and its header sent."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.accounts.outbox import last_code

PHONE = "13800001234"


class Visitor(Client):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(enforce_csrf_checks=True, **kwargs)

    def ask(self, path: str) -> Any:
        return self.get(f"/api/{path}")

    def tell(self, path: str, **body: Any) -> Any:
        if "csrftoken" not in self.cookies:
            self.ask("me")
        return self.post(
            f"/api/{path}",
            body,
            content_type="application/json",
            headers={"X-CSRFToken": self.cookies["csrftoken"].value},
        )

    def me(self) -> dict[str, Any] | None:
        """The user /api/me tells of."""
        return self.ask("me").json()["user"]

    def enter_as_guest(self) -> dict[str, Any]:
        return self.tell("guests").json()["user"]

    def sign_in(self, phone: str = PHONE, name: str = "") -> dict[str, Any]:
        assert self.tell("phone/request-code", phone=phone).status_code == 200
        reply = self.tell("phone/confirm", code=last_code(), display_name=name)
        assert reply.status_code == 200, reply.content.decode()
        return reply.json()["user"]

    @property
    def session_key(self) -> str:
        return self.cookies["sessionid"].value


def error(reply: Any) -> dict[str, Any]:
    return reply.json()["error"]
