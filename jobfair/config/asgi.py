"""The ASGI application: HTTP by Django, `/ws/` by the socket kernel."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobfair.config.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from jobfair.config.plain_http import get_application

http = get_application()

from jobfair.config.origin import SameOrigin  # noqa: E402
from jobfair.config.visitor import Visitor  # noqa: E402
from jobfair.realtime.consumer import SocketConsumer  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": SameOrigin(Visitor(URLRouter([path("ws/", SocketConsumer.as_asgi())]))),
    }
)
