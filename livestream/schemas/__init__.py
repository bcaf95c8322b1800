"""Wire types of the livestream, shared by HTTP and socket."""
