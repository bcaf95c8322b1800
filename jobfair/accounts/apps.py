from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "jobfair.accounts"
    label = "accounts"
    verbose_name = "账号"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jobfair.accounts import passwords, sessions

        passwords.connect()
        sessions.connect()
