"""HTTP bodies are bounded before anything looks at them: too long a body is not kept, and is answered with 413."""

from __future__ import annotations

import json
from typing import Any

from daphne.http_protocol import WebRequest

MB = 1 << 20
LARGEST = 16 * MB  # the largest file anyone may upload is 10 MB
READ_TO = 64 * MB  # so far the sender is heard out, because a browser cut off sees no answer
MESSAGE = "上传的内容超过 16 MB，没有保存。请压缩图片或减少页数后再传。"


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """Counts what arrives, whether its length was told or not."""

    arrived = 0

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's
        self.arrived += len(data)
        if self.arrived > READ_TO:
            self.channel.loseConnection()
        elif self.arrived <= LARGEST:
            super().handleContentChunk(data)
        else:
            self.content.seek(0)
            self.content.truncate()

    def process(self) -> None:
        if self.arrived <= LARGEST:
            super().process()
            return
        refusal: dict[str, Any] = {"code": "core.too_large", "message": MESSAGE, "fields": {}}
        body = json.dumps({"error": {**refusal, "retry_after": None}}, ensure_ascii=False).encode()
        headers = [(b"Content-Type", b"application/json; charset=utf-8"), (b"Connection", b"close")]
        self.handle_reply({"type": "http.response.start", "status": 413, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": body})
