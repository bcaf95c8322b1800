from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The composition root: wires listeners, topics and pushes once all domains are loaded."""

    name = "jobfair.config"
    label = "config"

    def ready(self) -> None:
        from jobfair.config import wiring

        wiring.connect()
