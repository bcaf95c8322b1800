"""Who listens to whom: the only place where domains are joined."""


def connect() -> None:
    """Called once, when every app is loaded."""
