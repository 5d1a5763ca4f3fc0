"""Django's settings. What may differ between installations comes from :mod:`config.env`."""

import logging
import sys
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env, logs
from config.api_names import ENUM_NAMES
from config.schedule import SCHEDULE

try:
    ENV = env.read()
except env.EnvError as wrong:
    sys.stderr.write(f"{wrong}\n")
    raise SystemExit(2) from None

BASE_DIR = ENV.root
VAR_DIR = ENV.var_dir
PLATFORM_KEY_DIR = ENV.platform_key_dir
DEBUG = ENV.debug
DEMO = ENV.demo
TESTING = ENV.testing
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENV.trusted_origins)

INSTALLED_APPS = [
    "daphne",
    "channels",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_celery_beat",
    "django_htmx",
    "django_structlog",
    "csp",
    "config",
    "infra",
    "ui",
    "reference",
    "crm_core.people",
    "crm_core.companies",
    "crm_core.access",
    "crm_core.notifications",
    "crm_core.timeline",
    "crm_core.privacy",
    "crm_core.documents",
    "crm_core.screening",
    "crm_core.verification",
    "crm_core.badges",
    "suppliers",
    "buyers",
    "auctions",
    "auctions.rehearsal",
    "marketplace.catalog",
    "marketplace.search",
    "marketplace.exchange",
    "marketplace.orders",
    "marketplace.carts",
    "marketplace.barter",
    "marketplace.quotes",
    "marketplace.tenders",
    # After our own rooms, so that ui's templates win over the packaged ones.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "infra.requests.RequestIdMiddleware",
    "infra.metrics.RequestMetricsMiddleware",
    "infra.multipart.NamesAsSentMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "crm_core.people.middleware.SessionSeenMiddleware",
    "infra.requests.RequestLogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crm_core.access.middleware.ActorMiddleware",
    "infra.plain_text.PlainTextMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context.shell",
            ],
        },
    },
]

FORM_RENDERER = "ui.forms.Renderer"
CSRF_FAILURE_VIEW = "ui.views.csrf_failure"

# Database ------------------------------------------------------------------------------------

_database = env.database_parts(ENV.database_url)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_database,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": "5",
            **_database["OPTIONS"],  # type: ignore[dict-item]
            "pool": {"min_size": 0, "max_size": ENV.database_pool_size, "timeout": 10},
        },
    }
}

# Cache, live messages, tasks -----------------------------------------------------------------

REDIS_URL = ENV.redis_url
KEY_PREFIX = ENV.key_prefix
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": KEY_PREFIX,
        # A Valkey that hangs is one that is away: whoever asks goes on without it.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": KEY_PREFIX},
    }
}

CELERY_BROKER_URL = ENV.celery_broker_url
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {} if CELERY_BROKER_URL.startswith("amqp") else {"global_keyprefix": f"{KEY_PREFIX}-celery:"}
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = TESTING
CELERY_TASK_EAGER_PROPAGATES = TESTING
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = SCHEDULE
DJANGO_CELERY_BEAT_TZ_AWARE = True

# People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Fairfall] "
API_TOKEN_LONGEST_DAYS = ENV.api_token_longest_days  # 0: as long as its person likes
SECOND_FACTOR_ROLES = frozenset(ENV.second_factor_roles)  # who must have one to act
ACCOUNT_ADAPTER = "crm_core.people.adapter.AccountAdapter"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "signup": "10/m/ip",
    "reset_password": "10/m/ip,3/5m/key",
}  # fmt: skip
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Fairfall"
# Browsers offer WebAuthn over plain HTTP for localhost only; the library must allow that origin.
# Reading a file and writing a PDF cost more than a page, and anybody may ask for them.
CERTIFICATE_RATE_LIMITS = {"certificate_check": "20/m/ip", "certificate_pdf": "30/m/ip"}
# Page and API together: each is a process of its own that decides an auction again. The page of an
# auction does so for whoever has a place in it.
LEDGER_CHECK_RATE_LIMITS = {"ledger_check": "10/m/ip", "ledger_verification": "20/m/user"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENV.https

# Languages and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("uk", _("Ukrainian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files --------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "files"},
    },
    "documents": dict(ENV.document_storage),
    "staticfiles": (
        {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        if DEBUG or TESTING
        else {
            "BACKEND": "ui.staticfiles.StaticStorage",
            "OPTIONS": {"modules": ["auctions/*.js"]},
        }
    ),
}

# What people upload --------------------------------------------------------------------------

UPLOAD_LIMIT = ENV.upload_limit_mb * 1024 * 1024  # bytes a file
UPLOAD_TYPES = frozenset(ENV.upload_types)
DOCUMENTS_PER_COMPANY = ENV.documents_per_company
CLAMD_URL = ENV.clamd_url
# A time stamp authority (RFC 3161) for the heads of ended ledgers; its certificates as PEM.
TSA_URL = ENV.tsa_url
TSA_CA_FILE = ENV.tsa_ca_file
REQUIRE_SCAN = ENV.require_scan
SCREENING_REQUIRED = ENV.screening_required
VERIFICATION_HOURS = ENV.verification_hours  # a case should be decided within
LARGEST_BODY = UPLOAD_LIMIT + 1024 * 1024  # the file, and the form around it
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# Lists for screening -------------------------------------------------------------------------

SCREENING_MAX_FILE_MB = ENV.screening_max_file_mb
LEDGER_CHECK_BODY = 70 * 1024 * 1024  # a ledger and what was kept beside it
LARGER_BODIES = {
    **dict.fromkeys(
        ("/screening/upload/", "/api/v1/screening/versions/"),
        (SCREENING_MAX_FILE_MB + 1) * 1024 * 1024,
    ),
    **dict.fromkeys(("/auctions/check/", "/api/v1/auctions/check/"), LEDGER_CHECK_BODY),
}

# Browser safety ------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SESSION_COOKIE_SECURE = ENV.https
CSRF_COOKIE_SECURE = ENV.https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
METRICS_TOKEN = ENV.metrics_token
BEHIND_PROXY = ENV.https
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # whose X-Forwarded-For is believed
if ENV.https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

# API -----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "crm_core.access.api.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["infra.parsers.PlainJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "infra.pagination.DefaultPagination",
    "EXCEPTION_HANDLER": "infra.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fairfall API",
    "DESCRIPTION": "Companies, tenders and live descending-price auctions.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Mail and log --------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = ENV.email_from
PUBLIC_URL = ENV.public_url
SERVER_EMAIL = ENV.email_from
globals().update(env.email_settings(ENV.email_url))

LOGGING = logs.configure(plain=ENV.log_format == "plain", level=ENV.log_level)
TRUST_REQUEST_ID = ENV.trust_request_id
GATE_PROCESS = ENV.gate_process
# Whatever reaches it was checked or made by infra.requests.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # the proxy's log has it, under the same request id
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO  # a refusal is no fault
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
