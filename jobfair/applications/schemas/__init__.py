"""Wire types of applications, shared by HTTP and the socket."""
