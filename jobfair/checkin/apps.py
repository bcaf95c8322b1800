from django.apps import AppConfig


class CheckinConfig(AppConfig):
    name = "jobfair.checkin"
    label = "checkin"
    default_auto_field = "django.db.models.BigAutoField"
