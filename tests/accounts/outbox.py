"""A sender that keeps what it was given, as a gateway's sandbox would."""

from __future__ import annotations

from collections.abc import Mapping

from jobfair.accounts.rules import SmsNotSent

SENT: list[tuple[str, str, dict[str, str]]] = []


class Outbox:
    def send(self, template_id: str, phone: str, parameters: Mapping[str, str]) -> None:
        SENT.append((template_id, phone, dict(parameters)))


class BrokenGateway:
    def send(self, template_id: str, phone: str, parameters: Mapping[str, str]) -> None:
        raise SmsNotSent(retry_after=60)


def last_code() -> str:
    return SENT[-1][2]["code"]
