"""Django's settings. What differs between installations comes from `env`; nothing else is configurable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from guisach.site import env

ENV = env.read()
DATA = ENV.data
DATA.mkdir(parents=True, exist_ok=True)

SECRET_KEY = ENV.secret_key
DEBUG = ENV.debug
ALLOWED_HOSTS = [*ENV.hosts, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ENV.hosts] if ENV.https else []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "guisach.domain.network.apps.NetworkConfig",
    "guisach.domain.journal.apps.JournalConfig",
    "guisach.domain.readers.apps.ReadersConfig",
    "guisach.domain.catalogue.apps.CatalogueConfig",
    "guisach.domain.messages.apps.MessagesConfig",
    "guisach.domain.circulation.apps.CirculationConfig",
    "guisach.domain.activities.apps.ActivitiesConfig",
    "guisach.domain.outreach.apps.OutreachConfig",
    "guisach.domain.programme.apps.ProgrammeConfig",
    "guisach.domain.reading.apps.ReadingConfig",
    "guisach.domain.sync.apps.SyncConfig",
    "guisach.web.ui.apps.UiConfig",
    "guisach.web.portal.apps.PortalConfig",
    "guisach.web.work.apps.WorkConfig",
    "guisach.web.hq.apps.HqConfig",
    "guisach.web.api.apps.ApiConfig",
    "guisach.web.open.apps.OpenConfig",
    "guisach.web.desk.apps.DeskConfig",
    "guisach.site.apps.SiteConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "guisach.web.api.middleware.Problems",
    "guisach.site.addresses.NoNulls",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "guisach.site.urls"
WSGI_APPLICATION = "guisach.site.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


FORM_RENDERER = "guisach.web.ui.forms.Renderer"


def _database() -> dict[str, Any]:
    if ENV.database_url:
        database: dict[str, Any] = dict(dj_database_url.parse(ENV.database_url, conn_max_age=600))
    else:
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA / "guisach.sqlite3")}
    if database["ENGINE"].endswith("sqlite3"):
        # A loan confirmed to a reader must survive a pulled plug: FULL, not NORMAL. IMMEDIATE makes the
        # write transaction itself the lock, so that a check and the write that rests on it cannot be split.
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # A batch of an import is more than the 1,000 pages after which the log would be worked into the file:
            # pages of an index that every batch touches would be written twice as often.
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-32000;PRAGMA temp_store=MEMORY;"
                "PRAGMA wal_autocheckpoint=8000;"
                # What was forgotten is gone from the file as well, not only from its tables.
                "PRAGMA secure_delete=ON;"
            ),
        }
        database["CONN_MAX_AGE"] = 600
    return database


DATABASES = {"default": _database()}

AUTH_USER_MODEL = "network.Staff"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["guisach.site.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "work:sign_in"
LOGIN_REDIRECT_URL = "work:home"

# Sign-in is throttled: after five wrong passwords for one name from one address, a quarter of an hour's rest.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "guisach.site.addresses.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "work/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429

# A session lasts a working day at most and ends with the browser, and after two idle hours (see web.ui).
SESSION_COOKIE_AGE = 2 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https
CSRF_FAILURE_VIEW = "guisach.web.ui.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ENV.https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [str(Path(__file__).resolve().parents[1] / "locale")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
# The built desk: files below /desk/ that name their content, compressed when they were built.
WHITENOISE_ROOT = Path(__file__).resolve().parents[1] / "web" / "desk" / "built" / "files"
WHITENOISE_IMMUTABLE_FILE_TEST = r"^(/static/.+\.[0-9a-f]{12}\.[^/]+|/desk/assets/[^/]+)$"
WHITENOISE_AUTOREFRESH = DEBUG

# Uploads are bounded: a form is small, and an import goes through the command line or a streamed upload.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS = ["axes.W003"]
