"""All settings, read from the environment. Every one is explained in docs/operate/settings.md.

A secret may come from a file: NAME_FILE holds the path of a file with the value.
A wrong value stops the start with a sentence that names the setting and the cure.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.environment import Environment, broker_url, mailer, secret_key, stop, whole_url, zone
from config.oidc import single_sign_on

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# --- Where things are -----------------------------------------------------------------------------
DATA_DIR = Path(env.text("PILOTAGE_DATA", default=str(BASE_DIR / "var"))).resolve()
CATALOG_DIR = env.text("PILOTAGE_CATALOG_DIR", default="")
SITE_URL = whole_url("SITE_URL", env.text("SITE_URL", default="http://localhost:8000"))
SITE_HOST = str(urlsplit(SITE_URL).hostname)
HTTPS = SITE_URL.startswith("https://")

# --- The company ----------------------------------------------------------------------------------
PILOTAGE_COMPANY = env.text("PILOTAGE_COMPANY", default="Our company")
PILOTAGE_CURRENCY = env.text("PILOTAGE_CURRENCY", default="EUR")
PILOTAGE_ADMIN_EMAIL = env.text("PILOTAGE_ADMIN_EMAIL", default="admin@localhost")
PILOTAGE_VERSION = "0.1.0"

# --- Safety ---------------------------------------------------------------------------------------
DEBUG = env.flag("PILOTAGE_DEBUG", default=False)
SECRET_KEY = secret_key(env, DATA_DIR)
ALLOWED_HOSTS = [
    SITE_HOST,
    "localhost",
    "127.0.0.1",
    "[::1]",
    *env.items("PILOTAGE_HOSTS", default=[]),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# We speak plain HTTP to a proxy that ends TLS, so HTTPS rules follow from the public address.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # Probes come from inside, without the proxy.
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Joining the browsers' preload list is a decision of the domain's owner, not of this application.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "connect-src": ["'self'"],
    "font-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
# Limits of the request guard (config/middleware.py), in bytes. Uploads: 20 MB plus form.
REQUEST_QUERY_MAX = 8_192
REQUEST_BODY_MAX = 2_097_152
REQUEST_UPLOAD_MAX = 22_020_096
DATA_UPLOAD_MAX_MEMORY_SIZE = REQUEST_BODY_MAX
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# The largest file that backs an answer; what the database allows is 10 MB.
EVIDENCE_FILE_MAX = env.between("PILOTAGE_EVIDENCE_MB", 1, 10, default=10) * 2**20

# --- Application ----------------------------------------------------------------------------------
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "config",
    "readiness",
    "portfolio",
    "accounts",
    "common",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "django_filters",
    "pgtrigger",
    "pghistory",
]
MIDDLEWARE = [
    "config.middleware.RequestGuard",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page needs a sign-in unless its view says otherwise.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.sentences.OwnPassword",
    "config.middleware.CompanyZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "config.sentences.SaySentence",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.frame.frame",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database, sessions, cache: all in PostgreSQL, so that a flushed broker logs nobody out -------
DATABASES: dict[str, dict[str, Any]] = {"default": env.database("DATABASE_URL")}
# The owner login is used by `migrate` only (config/privileges.py); empty means there is just one.
OWNER_DATABASE = env.database("DATABASE_OWNER_URL") if env.has("DATABASE_OWNER_URL") else None
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "pilotage_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# --- People ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["config.backends.WithPreferences"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "config.sign_in.InvitedOnlyAdapter"
ACCOUNT_FORMS = {
    "login": "config.sign_in_forms.SignIn",
    "reauthenticate": "config.sign_in_forms.StillYou",
    "reset_password": "config.sign_in_forms.ForgottenPassword",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # Accounts are made by administrators, addresses are theirs.
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # Nobody gets mail because a stranger typed an address.
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Choosing a password by a one-time link signs in; a second factor is still asked for.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds that a one-time link works
MFA_ADAPTER = "config.second_factors.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "config.second_factors.AddPasskeyForm",
    "authenticate": "config.sign_in_forms.Code",
    "reauthenticate": "config.sign_in_forms.StillYouByCode",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # Addresses are given by administrators.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers allow it on localhost only
OIDC = single_sign_on(env)
SOCIALACCOUNT_ADAPTER = "config.single_sign_on.CompanyAccounts"
SOCIALACCOUNT_PROVIDERS = OIDC.providers if OIDC else {}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds for each question to the identity provider
# The form posts to us and we redirect there; without its origin the browser stops.
SECURE_CSP["form-action"] += OIDC.form_origins if OIDC else []
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("PILOTAGE_PROXIES", default=1 if HTTPS else 0)

# --- Mail: kept as files in the data folder until SMTP is configured ------------------------------
MAIL_DIR = DATA_DIR / "mail"
PILOTAGE_SMTP_URL = env.text("PILOTAGE_SMTP_URL", default="")
MAILERS = {"default": mailer(PILOTAGE_SMTP_URL, MAIL_DIR)}
# A mail whose worker died while the server may have taken it: send it once more, or leave it.
UNKNOWN_MAIL = env.choice("PILOTAGE_UNKNOWN_MAIL", ["resend", "hold"], default="resend")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "PILOTAGE_MAIL_FROM", default=f"Pilotage <pilotage@{SITE_HOST}>"
)

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = zone("PILOTAGE_ZONE", env.text("PILOTAGE_ZONE", default="UTC"))

# --- Static files ---------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_BUILD = BASE_DIR / ".build"  # What common/built.py makes out of installed packages.
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "common.built.BuiltFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "common.compressed.CompressedStorage"},
}

# --- Background work: rows are the queue, the broker is only a doorbell ---------------------------
REDIS_URL = env.text("REDIS_URL", default="redis://localhost:6379/0")
BROKER_TIMEOUT = 2.0  # seconds; a doorbell that cannot be rung is not waited for
# Seconds between runs started by beat. Tests make them short.
SWEEP_EVERY = env.positive("PILOTAGE_SWEEP_EVERY", default=3600)
TICK_EVERY = env.positive("PILOTAGE_TICK_EVERY", default=60)
CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# Off on purpose: it would put a task that kills its worker back for ever. Rows bound their tries.
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_RETRY_ON_WORKER_LOST = True
# That retry comes soon: a long wait would sit in a worker's memory.
CELERY_TASK_ANNOTATIONS = {"*": {"default_retry_delay": 10, "max_retries": 3}}
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_TIME_LIMIT = 60
CELERY_BEAT_MAX_LOOP_INTERVAL = 30
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = BROKER_TIMEOUT
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task; a lost bell is rung again by beat anyway.
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_interval_throttle": 1,
    "global_keyprefix": "pilotage:",
}
CELERY_TASK_PUBLISH_RETRY = False

# --- Logs -----------------------------------------------------------------------------------------
LOG_LEVEL = env.choice("PILOTAGE_LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], default="INFO")
LOG_FORMAT = env.choice("PILOTAGE_LOG_FORMAT", ["text", "json"], default="text")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "config.logs.text_formatter"},
        "json": {"()": "config.logs.json_formatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}

if DEBUG and HTTPS:
    stop("PILOTAGE_DEBUG", "must be off when SITE_URL is public (https)", "Remove PILOTAGE_DEBUG.")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
