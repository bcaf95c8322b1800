"""A signed-in browser of one person, and what they photograph."""

from __future__ import annotations

import io
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from jobfair.accounts.models import User

_keys = count(1)


class Page:
    """A signed-in browser of one person."""

    def __init__(self, user: User | None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user, "django.contrib.auth.backends.ModelBackend")

    def ask(self, path: str, **query):
        return self.client.get(f"/api/{path}", query)

    def tell(self, path: str, key: str = "", **body):
        headers = {"Idempotency-Key": key or f"key-{next(_keys):08d}"}
        return self.client.post(f"/api/{path}", body, content_type="application/json", headers=headers)

    def upload(self, path: str, content: bytes, name: str = "licence.jpg"):
        return self.client.post(f"/api/{path}", {"file": SimpleUploadedFile(name, content)})


def photo(*, size: tuple[int, int] = (80, 60), colour: str = "red", place: bool = False) -> bytes:
    """A JPEG, on request with the place where it was taken."""
    picture, exif = io.BytesIO(), Image.Exif()
    if place:
        exif[0x010F] = "PhoneOfTheOwner"
        exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", size, colour).save(picture, "JPEG", exif=exif)
    return picture.getvalue()


def error(reply) -> dict:
    return reply.json()["error"]


def read(reply) -> bytes:
    """What was downloaded; the file is closed, which the test client leaves to its reader."""
    content = b"".join(reply.streaming_content)
    for close in reply._resource_closers:
        close()
    return content
