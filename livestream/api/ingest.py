"""What an RTMP server in front of us asks (nginx with the rtmp module: `on_publish`, `on_publish_done`)."""

from __future__ import annotations

import hmac
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from jobfair.core.errors import NotFound
from jobfair.core.schemas import DoneOut
from livestream.api.replies import READ
from livestream.queries.media import find_key
from livestream.services.media import digest_of

router = Router(tags=["livestream"])


@router.post("/ingest/publish", auth=None, response={200: DoneOut, **READ})
def may_publish(request: HttpRequest, secret: str = "") -> Any:
    """Whether the key it was shown (`name`) opens a room; anything but 200 ends the encoder's connection.

    The server then pushes the stream to our own port, which looks at the key once more.
    """
    _ensure_ours(secret)
    if find_key(digest_of(request.POST.get("name", ""))) is None:
        raise NotFound
    return DoneOut()


@router.post("/ingest/publish-done", auth=None, response={200: DoneOut, **READ})
def has_published(request: HttpRequest, secret: str = "") -> Any:
    """The encoder is gone. Nothing to do: the push to our port has ended too, and the fallback is on."""
    _ensure_ours(secret)
    return DoneOut()


def _ensure_ours(secret: str) -> None:
    ours = settings.INGEST_SECRET
    if not ours or not hmac.compare_digest(secret.encode(), ours.encode()):
        raise NotFound
