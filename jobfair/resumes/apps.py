from django.apps import AppConfig


class ResumesConfig(AppConfig):
    name = "jobfair.resumes"
    label = "resumes"
    default_auto_field = "django.db.models.BigAutoField"
