from django.apps import AppConfig


class BoothsConfig(AppConfig):
    name = "booths"
    label = "booths"
    default_auto_field = "django.db.models.BigAutoField"
