import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobfair.config.settings")

application = get_wsgi_application()

from jobfair.core.clock import Keeper  # noqa: E402

Keeper().start()
