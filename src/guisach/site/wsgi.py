"""The WSGI application that granian serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guisach.site.settings")
application = get_wsgi_application()

from guisach.site.importing import work_if_asked  # noqa: E402  (needs Django to be set up)
from guisach.site.indexing import follow_if_asked  # noqa: E402
from guisach.site.posting import post_if_asked  # noqa: E402
from guisach.site.upkeep import keep_up_if_asked  # noqa: E402

follow_if_asked()
work_if_asked()
keep_up_if_asked()
post_if_asked()
