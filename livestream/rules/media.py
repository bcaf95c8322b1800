"""Who may take the picture away and bring it back, and what a relay's address may be."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from jobfair.core.errors import DomainError, Invalid, TooMany
from livestream.models import LiveSession, PictureCut

RELAYS_AT_MOST = 3
PIECE_AT_MOST = 2 << 20  # bytes of one second of a camera, eight times what is usual
PIECES_WAITING = 20  # that have come and were not taken yet: the station is away
TAKE_SILENT_FOR = timedelta(minutes=1)  # after which a camera that shows nothing is given up
ALIVE_FOR = timedelta(seconds=6)  # after which a station that said nothing is gone


class NothingToCut(DomainError):
    code = "livestream.nothing_to_cut"
    message = _("现在没有正在播出的直播，无需切断。")


class NotCut(DomainError):
    code = "livestream.not_cut"
    message = _("画面没有被切断，无需恢复。")


class SecondPerson(DomainError):
    """Whoever cut may have been wrong, or forced: another one looks first."""

    code = "livestream.second_person"
    message = _("恢复画面需要另一位工作人员确认，请让同事在自己的账号上操作。")


class RelaysFull(DomainError):
    code = "livestream.relays_full"
    message = _("一个直播间最多转播到3个平台，请先移走一个。")


class AddressUnfit(Invalid):
    code = "livestream.address_unfit"
    message = _("转播地址要以rtmp://或rtmps://开头，并带上平台给的串流密钥。")


class SourceBusy(DomainError):
    code = "livestream.source_busy"
    message = _("编码器正在推流，请先停止推流，再用浏览器开播。")


class TakeOver(DomainError):
    """This recorder's pieces are wanted no more."""

    code = "livestream.take_over"
    message = _("这次浏览器直播已经结束，请重新开始。")


class PieceTooLarge(Invalid):
    code = "livestream.piece_too_large"
    message = _("画面数据太大，请在页面上选择较低的清晰度。")


class PiecesWaiting(TooMany):
    """The station takes none: it is away, or behind."""

    code = "livestream.pieces_waiting"
    message = _("直播服务暂时没有跟上，画面稍后会自动恢复。")


class StationAway(DomainError):
    code = "livestream.station_away"
    message = _("直播服务没有响应，请稍等几秒再试。")


class FallbackUnfit(Invalid):
    code = "livestream.fallback_unfit"
    message = _("备用画面要用MP4或MOV视频，不超过200 MB。")


def ensure_may_cut(session: LiveSession) -> None:
    if session.state not in LiveSession.ON:
        raise NothingToCut


def ensure_may_restore(cut: PictureCut | None, *, by: int) -> PictureCut:
    if cut is None:
        raise NotCut
    if cut.cut_by_id == by:
        raise SecondPerson
    return cut


def shown_host(address: str) -> str:
    """What of a relay's address may be shown; AddressUnfit for what no encoder pushes to."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise AddressUnfit(fields={"address": str(AddressUnfit.message)}) from None
    if parts.scheme not in {"rtmp", "rtmps"} or not parts.hostname or len(parts.path.strip("/")) < 3:
        raise AddressUnfit(fields={"address": str(AddressUnfit.message)})
    if not address.isascii() or any(char.isspace() for char in address):
        raise AddressUnfit(fields={"address": str(AddressUnfit.message)})
    return f"{parts.scheme}://{parts.hostname}{port}"[:100]


def is_alive(told_at: datetime, now: datetime) -> bool:
    return now - told_at < ALIVE_FOR
