"""The base of every wire type: closed, immutable, and free of characters no store or screen can hold."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict


def _refuse_unstorable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("NUL is not text")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("lone surrogate")
    return text


Text = Annotated[str, AfterValidator(_refuse_unstorable)]


class Schema(BaseModel):
    """Unknown fields are errors; values never change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def wire(self) -> dict[str, Any]:
        """JSON-able, as both HTTP and the socket send it."""
        return self.model_dump(mode="json")


class DoneOut(Schema):
    """Nothing more to say."""


class ErrorOut(Schema):
    code: str
    message: str
    fields: dict[str, str] = {}
    retry_after: int | None = None


class ErrorReply(Schema):
    error: ErrorOut
