"""The one consumer: authenticate, join, command, leave. What is pushed comes from the hub."""

from __future__ import annotations

import json
import logging
import re
import time
from collections import deque
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from pydantic import ValidationError

from jobfair.core.errors import DomainError, Invalid, NotFound, TooMany
from jobfair.core.schemas import ErrorOut
from jobfair.realtime import log, protocol
from jobfair.realtime.channel import Channel, Subscription
from jobfair.realtime.connection import FLOW, REPLY_BYTES, Connection
from jobfair.realtime.frames import encode, push_frame
from jobfair.realtime.gathering import do_alone
from jobfair.realtime.hub import get_hub
from jobfair.realtime.protocol import Close, CommandIn, JoinIn, JoinOk, LeaveIn, PresentIn
from jobfair.realtime.reading import check_right, in_pool, read_gauge, read_join
from jobfair.realtime.registry import Asked, CommandKind, TopicKind, registry
from jobfair.realtime.revocation import reason_to_close

logger = logging.getLogger(__name__)
DEVICE = re.compile(r"[0-9a-f]{16,64}")


class TooLarge(DomainError):
    """A snapshot no socket's buffer would hold: it is read by HTTP."""

    code = "realtime.too_large"
    status = 413
    message = _lazy("内容太多，这里显示不下，请稍后再试。")


class SocketConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    channel_layer_alias = None  # pushes come from the hub, not one by one through the layer

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:  # whatever ended it, even a cancelled handler: the hub must not keep it
            if hasattr(self, "connection"):
                get_hub().remove(self.connection)

    async def dispatch(self, message: dict[str, Any]) -> None:
        # The stock dispatch hops to a thread for every message; ours touch the database only in the pool.
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        user = self.scope.get("user")
        self.user_id: int | None = user.pk if user is not None and user.is_authenticated else None
        self.commanded: deque[float] = deque()
        await self.accept()
        await self._attend(getattr(self.scope.get("session"), "session_key", None))

    async def _attend(self, session_key: str | None) -> None:
        """Enter the hub, then look again: what ended the session before the hub knew us is in the database."""
        mark = registry.mark_session(session_key) if registry.mark_session and session_key else None
        self.connection = Connection(
            send=self._send,
            shut=self._shut,
            user_id=self.user_id,
            session=mark,
            flow=self.scope.get("extensions", {}).get(FLOW),
            device=self._device(),
        )
        get_hub().add(self.connection)
        if self._is_another():
            self.connection.close(Close.SIGNED_OUT)
            return
        await get_hub().revocations.begin()
        if self.user_id is None:
            return
        reason = await in_pool(reason_to_close, self.user_id, session_key)
        if reason is not None:
            self.connection.close(reason)

    def _is_another(self) -> bool:
        """The page says whom it shows: `/ws/?user=12`. Another's socket would carry out what that person sends."""
        stated = self._stated("user")
        return stated is not None and stated != str(self.user_id)

    def _device(self) -> str | None:
        """`/ws/?device=<id>`, so that nobody in particular is counted once on one device."""
        stated = self._stated("device")
        return stated if stated and DEVICE.fullmatch(stated) else None

    def _stated(self, name: str) -> str | None:
        query = self.scope.get("query_string", b"").decode("latin-1")
        return next(iter(parse_qs(query).get(name, [])), None)

    async def disconnect(self, code: int) -> None:
        get_hub().remove(self.connection)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        re: int | None = None
        if self.connection.closing:
            return
        try:
            frame = self._parse(text_data)
            re = frame.get("id") if isinstance(frame.get("id"), int) else None
            self._count_command()
            ok = await self._do(frame)
            if ok is not None:
                self._reply({"re": re, "ok": ok})
        except DomainError as error:
            self._refuse(re, error)
        except ValidationError as error:
            self._refuse(
                re, Invalid(fields={str(e["loc"][-1]): str(e["type"]) for e in error.errors() if e["loc"]})
            )
        except Exception:
            logger.exception("a socket frame failed")
            self._refuse(re, DomainError(_("服务器出了点问题，请稍后重试。")))

    def _parse(self, text: str | None) -> dict[str, Any]:
        if text is None or len(text.encode("utf-8", "surrogatepass")) > protocol.FRAME_BYTES:
            raise Invalid(_("内容过长或不是文字，请缩短后重试。"))
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError):
            frame = None
        if not isinstance(frame, dict):
            raise Invalid(_("内容不完整，请刷新后重试。"))
        return frame

    def _count_command(self) -> None:
        now = time.monotonic()
        while self.commanded and self.commanded[0] < now - 60:
            self.commanded.popleft()
        if len(self.commanded) >= protocol.COMMANDS_PER_MINUTE:
            raise TooMany(retry_after=int(self.commanded[0] + 61 - now))
        self.commanded.append(now)

    async def _do(self, frame: dict[str, Any]) -> dict[str, Any] | None:
        match frame.get("do"):
            case "join":
                await self._join(JoinIn.model_validate(frame))
                return None
            case "leave":
                get_hub().leave(self.connection, LeaveIn.model_validate(frame).topic)
                return {}
            case "present":
                said = PresentIn.model_validate(frame)
                if not get_hub().note_presence(self.connection, said.topic, said.state):
                    raise NotFound
                return {}
            case str(name) if name in registry.commands:
                return await self._command(registry.commands[name], CommandIn.model_validate(frame))
            case _:
                raise Invalid(fields={"do": _("没有这个操作。")})

    async def _command(self, kind: CommandKind, frame: CommandIn) -> dict[str, Any]:
        asked = Asked(self.user_id, frame.cid, kind.args.model_validate(frame.args))
        if kind.together is not None:
            return (await get_hub().gathering_of(kind).do(asked)).wire()
        return await in_pool(lambda: do_alone(kind, asked).wire())

    async def _join(self, frame: JoinIn) -> None:
        topic = frame.topic
        kind, id = registry.resolve(topic)
        if topic not in self.connection.topics and len(self.connection.topics) >= protocol.TOPICS_PER_SOCKET:
            raise TooMany(_("同时关注的内容太多，请关闭一些页面。"))
        hub = get_hub()
        hub.leave(self.connection, topic)
        channel = hub.open(topic, kind.presence)
        rights = self.connection.rights, channel.rights
        try:
            if kind.gauge is not None:
                await self._join_gauge(frame, kind, id, channel)
            else:
                await self._join_log(frame, kind, id, channel)
        finally:
            hub.settle(channel)
        if rights != (self.connection.rights, channel.rights):  # changed after we read them
            hub.revocations.reread(self.connection, topic)

    async def _join_log(self, frame: JoinIn, kind: TopicKind, id: int, channel: Channel) -> None:
        ok = await in_pool(read_join, kind, id, self.user_id, frame.since)
        reply = encode({"re": frame.id, "ok": ok.wire()})
        if reply.size > REPLY_BYTES:
            raise TooLarge
        await self.connection.room_for(reply)
        self.connection.push(reply)
        subscription = Subscription(self.connection, ok.offset or 0, frame.presence)
        # From the last False to the fan-out there is no await, so nothing can slip between.
        while not get_hub().enter(channel, subscription):
            floor, entries = await in_pool(log.read_tail, channel.topic, after=subscription.cursor)
            subscription.rise_to(floor, channel.topic)
            for entry in entries:
                subscription.take(entry.at, push_frame(channel.topic, entry))
            if not entries:  # the hub is ahead of the database: another history, and the poll closes us
                subscription.cursor = max(subscription.cursor, channel.cursor or 0)

    async def _join_gauge(self, frame: JoinIn, kind: TopicKind, id: int, channel: Channel) -> None:
        await in_pool(check_right, kind, id, self.user_id)
        if channel.gauge is None:
            get_hub().set_gauge(channel, await in_pool(read_gauge, kind, id))
        self._reply({"re": frame.id, "ok": JoinOk(topic=frame.topic, gauge=channel.gauge).wire()})
        get_hub().enter_gauge(channel, Subscription(self.connection, 0, frame.presence))

    def _reply(self, frame: dict[str, Any]) -> None:
        self.connection.push(encode(frame))

    def _refuse(self, re: int | None, error: DomainError) -> None:
        fields = {name: str(text) for name, text in error.fields.items()}
        out = ErrorOut(code=error.code, message=str(error.text), fields=fields, retry_after=error.retry_after)
        self._reply({"re": re, "error": out.model_dump(mode="json", exclude_none=True)})

    async def _send(self, frame: str) -> None:
        await self.send(text_data=frame)

    async def _shut(self, code: int, reason: str) -> None:
        await self.close(code=code, reason=reason)
