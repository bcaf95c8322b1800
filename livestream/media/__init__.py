"""The picture: what comes in by RTMP, camera or fallback file goes out as HLS, to the recording and to other platforms.

    rtmp/        one encoder's connection: handshake, key check before any frame, FLV tags out
    processes    ffmpeg as a child that cannot outlive us
    transport    MPEG-TS cut into segments at key frames
    playlist     the live window and the recording as HLS playlists (pure)
    shelf        the files of a room: what is on air, what the studio sees, what is kept
    feeds        the three ways in, each a run of ffmpeg
    engine       one room: which run is on air, fallback, cut, relays
    station      the thread that runs the rooms' engines and the RTMP port

Nothing here knows a table: `station.Desk` says what each room should do and takes what it does.
"""
