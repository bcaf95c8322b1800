from django.apps import AppConfig


class AdviceConfig(AppConfig):
    name = "jobfair.advice"
    label = "advice"
    default_auto_field = "django.db.models.BigAutoField"
