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
    DoneOut,
    EnterTalkIn,
    IceServersOut,
    LeaveTalkArgs,
    OpenVideoIn,
    SendSignalArgs,
    SignalOut,
    SignalSentPush,
    TalkChangedPush,
    VideoRoomOut,
    VideoTalkOut,
)

__all__ = [
    "BookingOut",
    "BoothSlotsOut",
    "DoneOut",
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
    "VideoRoomOut",
    "VideoTalkOut",
]
