from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class ConfigConfig(AppConfig):
    """The composition root: wires listeners, topics and pushes once all domains are loaded."""

    default = True
    name = "jobfair.config"
    label = "config"

    def ready(self) -> None:
        from jobfair.config import wiring

        wiring.connect()


class BackOfficeConfig(admin_apps.AdminConfig):
    """Django's back office, under our site's rules of entry."""

    default = False  # not this app's own: AdminConfig says True
    default_site = "jobfair.config.back_office.BackOffice"
