"""RTMP, as much of it as an encoder needs to publish (Adobe RTMP 1.0; AMF 0)."""
