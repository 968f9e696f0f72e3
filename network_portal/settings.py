"""Settings from the environment; every default suits one computer with SQLite.

`DATA_DIR` holds everything that is not code: the database, uploaded files, mails written to a folder, built static files.
`DATABASE_URL` chooses PostgreSQL. `PRODUCTION=1` makes the portal refuse to start with unsafe values (see `network_portal.checks`).
"""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from foundation.files.address import storage_of

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "data"))).resolve()
PRODUCTION = env.bool("PRODUCTION", False)
DEBUG = env.bool("DEBUG", False)
INSECURE_SECRET_KEY = "only-for-one-computer-without-a-network"  # noqa: S105 - refused in production
SECRET_KEY = env.str("SECRET_KEY", INSECURE_SECRET_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Links in mails come from here, never from the Host header. bin/start leaves the address it serves in a file, for commands beside it.
_started = DATA_DIR / "site_url"
SITE_URL = env.str("SITE_URL", _started.read_text().strip() if _started.exists() else "http://127.0.0.1:8000").rstrip("/")

PORTAL_NAME = env.str("PORTAL_NAME", "Учительская")
PORTAL_REGION = env.str("PORTAL_REGION", "сеть школ Приозёрной области")
# Who answers for the personal data: shown on the documents' pages; production does not start without them.
OPERATOR_NAME = env.str("OPERATOR_NAME", "")
OPERATOR_ADDRESS = env.str("OPERATOR_ADDRESS", "")
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", "")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "foundation",
    "communities",
    "resources",
    "events",
    "metrics",
    "network_portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "network_portal.accessibility.middleware.PreferencesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "foundation.files.trouble.StorageTroubleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "foundation.policy.PolicyMiddleware",
    "communities.second_factor.SecondFactorMiddleware",
]

ROOT_URLCONF = "network_portal.urls"
WSGI_APPLICATION = "network_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "network_portal.context.portal",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "foundation.templatetags.portal"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]

# --- database -----------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
# A new connection reads the schema and fills its cache of pages anew: on SQLite that takes longer than most pages need.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-20000;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # The portal asks many small questions of a database that mostly lies in memory: reading by an index is cheap; compiling a query or
    # starting helpers for it is not. A pool in between may refuse these: then leave the variable empty and set them at the database.
    if server_options := env.str("DATABASE_SERVER_OPTIONS", "-c random_page_cost=1.1 -c jit=off -c max_parallel_workers_per_gather=0"):
        DATABASES["default"].setdefault("OPTIONS", {})["options"] = server_options
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "communities.Teacher"
AUTHENTICATION_BACKENDS = ["communities.accounts.PortalBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "communities.accounts.PortalAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"login": "communities.forms.sign_in.SignInForm"}
ACCOUNT_SIGNUP_FORM_CLASS = "communities.forms.registration.RegistrationForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A seminar of forty teachers signs in behind one address within minutes; guessing one account's password stays slow.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "300/m/ip,5/5m/key",
    "signup": "120/m/ip",
    "reset_password": "120/m/ip,3/10m/key",
    "confirm_email": "1/3m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = PORTAL_NAME
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 10
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("NETWORK_TIME_ZONE", "Asia/Yekaterinburg")

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
UPLOAD_TMP = DATA_DIR / "tmp"
FILE_MAX_BYTES = env.int("FILE_MAX_BYTES", 50 * 1024 * 1024)
TEACHER_QUOTA_BYTES = env.int("TEACHER_QUOTA_BYTES", 2 * 1024**3)
LIBRARY_QUOTA_BYTES = env.int("LIBRARY_QUOTA_BYTES", 20 * 1024**3)
# Many at once: bytes of one file sent (usually a ZIP), drafts that one batch makes, days after which an abandoned one is swept.
BATCH_MAX_BYTES = env.int("BATCH_MAX_BYTES", 400 * 1024 * 1024)
BATCH_MAX_LINES = env.int("BATCH_MAX_LINES", 500)
BATCH_KEEP_DAYS = env.int("BATCH_KEEP_DAYS", 14)
# Bodies that are not files: forms and JSON. Files are streamed to disk by the upload handler.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# More than a material may have, so that its form says so; beyond this foundation.files.too_much does.
DATA_UPLOAD_MAX_NUMBER_FILES = 100
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
# A folder of this machine, or an S3 bucket; then no proxy can send the files past the portal.
FILES_URL = env.url("FILES_URL", "")
FILES_ACCEL_PREFIX = "" if FILES_URL.scheme else env.str("FILES_ACCEL_PREFIX", "")
STORAGES = {
    "default": storage_of(FILES_URL),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False
# Only what `build_static` collected is served; nothing is looked for at run time.
WHITENOISE_AUTOREFRESH = False

# --- mail -----------------------------------------------------------------------------------------------------------
# Requests put mails into the job queue; the worker delivers them by the backend of EMAIL_URL, or as files into DATA_DIR/mail.
MAIL_DELIVERY_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
if env.str("EMAIL_URL", ""):
    mail = env.email_url("EMAIL_URL")
    MAIL_DELIVERY_BACKEND = mail.pop("EMAIL_BACKEND")
    del EMAIL_FILE_PATH
    vars().update(mail)
# Seconds that the worker waits for a mail server which does not answer.
EMAIL_TIMEOUT = 30
EMAIL_BACKEND = "foundation.mail.QueueBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "portal@localhost")

# --- safety ---------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
    # The worker announces each job it begins and ends; only what goes wrong is worth a line.
    "loggers": {name: {"level": env.str("LOG_LEVEL", "WARNING")} for name in ("django_tasks", "django_tasks_db")},
}
