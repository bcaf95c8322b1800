from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "jobfair.notices"
    label = "notices"
    verbose_name = "通知"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jobfair.notices import checks, jobs

        checks.connect()
        jobs.connect()
