"""Wire types shared by HTTP and socket."""

from jobfair.interviews.schemas.slots import (
    BookingOut,
    BoothSlotsOut,
    MoveBookingIn,
    MyBookingsOut,
    PublishSlotsIn,
    SlotDeskOut,
    SlotOut,
    SlotRowOut,
    SlotsOut,
)
from jobfair.interviews.schemas.talks import (
    EnterTalkIn,
    IceServersOut,
    LeaveTalkArgs,
    OpenVideoIn,
    SendSignalArgs,
    SignalOut,
    SignalSentPush,
    TalkChangedPush,
    TalkFileOut,
    VideoRoomOut,
    VideoTalkOut,
)

__all__ = [
    "BookingOut",
    "BoothSlotsOut",
    "EnterTalkIn",
    "IceServersOut",
    "LeaveTalkArgs",
    "MoveBookingIn",
    "MyBookingsOut",
    "OpenVideoIn",
    "PublishSlotsIn",
    "SendSignalArgs",
    "SignalOut",
    "SignalSentPush",
    "SlotDeskOut",
    "SlotOut",
    "SlotRowOut",
    "SlotsOut",
    "TalkChangedPush",
    "TalkFileOut",
    "VideoRoomOut",
    "VideoTalkOut",
]
