"""Every setting of An Cư, read from the environment; ancu.config.variables describes each variable.

Nothing need be set to try the program: it then starts its own PostgreSQL under ``var/`` and makes its
own secret key there. ``ANCU_ENV=production`` refuses to start on any of these conveniences.
"""

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from ancu.config.database import data_folder, database_urls, pooled, secret_key, to_django
from ancu.config.env import default_memory, env
from ancu.config.files import files_storage
from ancu.config.keys import read_keys
from ancu.config.monitoring.logs import logging_settings
from ancu.core.folders import PROGRAM, default_working_folder
from ancu.core.public_texts import third_languages
from ancu.engines.telephone import readable

BASE_DIR = PROGRAM
VERSION = version("ancu")
VAR_DIR = Path(env.str("ANCU_VAR", "") or default_working_folder()).absolute()
PRODUCTION = env.str("ANCU_ENV", "development") == "production"
TESTING = "pytest" in sys.modules
DEMO = env.bool("ANCU_DEMO", default=False) and not PRODUCTION
INVENTED = DEMO or TESTING
DEBUG = env.bool("DEBUG", default=False)

# Signs sessions, links and cookies.
SECRET_KEY = secret_key(VAR_DIR, production=PRODUCTION)
SECRET_KEY_FALLBACKS, FILES_KEY, FILES_KEY_FORMER, RECEIPTS_KEY, RECEIPTS_KEY_FORMER = read_keys(SECRET_KEY)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"], subcast=str.strip
)
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names this office's site is reached by.")
PUBLIC_URL = env.str("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [PUBLIC_URL] if PRODUCTION else [], subcast=str.strip)

OFFICE_PREFIX = env.str("OFFICE_PREFIX", "HB")
OFFICE_SATURDAY_MORNING = env.bool("OFFICE_SATURDAY_MORNING", default=True)
OFFICE_SATURDAY_COUNTS = env.bool("OFFICE_SATURDAY_COUNTS", default=False)
OPEN_DATA_LICENCE = env.str("OPEN_DATA_LICENCE", "https://creativecommons.org/licenses/by/4.0/")
DATA_COPY_WORKING_DAYS = env.int("DATA_COPY_WORKING_DAYS", 10)
OFFICE_ASSIGN_IN_TURN = env.bool("OFFICE_ASSIGN_IN_TURN", default=True)

OFFICE_DUTY_PHONE = readable(env.str("OFFICE_DUTY_PHONE", "0218 0000 113" if INVENTED else ""))
OFFICE_EMAIL = env.str("OFFICE_EMAIL", "xnc@anc.example" if INVENTED else "")
SOURCE_URL = env.str("SOURCE_URL", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",  # allauth's pages of second factors
    "django.forms",
    "ancu.core",
    "ancu.apps.accounts",  # before allauth, so that its pages wear our look
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",  # where a person is signed in, so that he can sign out there
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "ancu.apps.audit",
    "ancu.apps.places",
    "ancu.apps.files",
    "ancu.apps.messaging",
    "ancu.apps.desk",
    "ancu.apps.site",
    "ancu.apps.surveys",
    "ancu.apps.tips",
    "ancu.apps.listening",
    "ancu.apps.community",
    "ancu.apps.lodging",
    "ancu.apps.contact",
    "ancu.apps.programs",
    "ancu.apps.travellers",
    "ancu.apps.stays",
    "ancu.apps.relay",
    "ancu.apps.dossiers",
    "ancu.apps.oversight",
    "ancu.apps.reporting",
    "ancu.apps.protection",
    "ancu.demo",
    "ancu.config",
]

MIDDLEWARE = [
    "ancu.config.monitoring.requests.RequestMonitorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "ancu.config.static.StaticFilesMiddleware",
    "ancu.config.cookies.CookiePrefixMiddleware",
    "ancu.config.headers.BrowserRulesMiddleware",
    "ancu.config.middleware.RuleEditionMiddleware",
    "ancu.config.middleware.ApiBypassMiddleware",
    "ancu.config.cookies.WithoutCookiesMiddleware",
    "ancu.config.cookies.ScopedCookiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ancu.config.session_limits.SessionLimitsMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "ancu.config.middleware.OtherLanguagesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "ancu.config.body_limits.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ancu.config.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "ancu.config.middleware.SentByScriptMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ancu.config.middleware.ActorMiddleware",
    "ancu.config.middleware.DeskMiddleware",
    "ancu.config.middleware.SecondFactorMiddleware",
    "ancu.config.middleware.ErrorMiddleware",
]

ROOT_URLCONF = "ancu.config.urls"
WSGI_APPLICATION = "ancu.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Two roles: the owner makes and migrates tables; the program itself may only INSERT into the audit.
DATABASE_GIVEN = bool(env.str("DATABASE_URL", ""))
_APP_URL, _OWNER_URL = database_urls(VAR_DIR, production=PRODUCTION)
DATABASE_FOLDER = data_folder(VAR_DIR)  # None for a PostgreSQL on another machine
OWNER_COMMANDS = {
    "migrate", "prepare_database", "createcachetable", "makemigrations", "pgtrigger", "flush", "grant_app_role",
    "settle_feed", "load_demo", "prepare_demo", "createsuperuser",
}  # fmt: skip
AS_OWNER = TESTING or (len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS)
DATABASES: dict[str, dict[str, Any]] = {"default": to_django(_OWNER_URL if AS_OWNER else _APP_URL)}

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
                "ancu.config.context.site",
            ],
        },
    }
]
FORM_RENDERER = "ancu.core.forms.inputs.Renderer"

AUTH_USER_MODEL = "accounts.User"
SILENCED_CHECKS = env.list("SILENCED_CHECKS", [], subcast=str.strip)
# Email is unique without regard to case, by a constraint on lower(email) that the check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004", *SILENCED_CHECKS]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
if TESTING:  # slow by design is for those who guess; Django's own stands everywhere else
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "ancu.config.signin.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}  # a number only once its owner proved it: ancu.config.signin_phone
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*", "password2*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60  # seconds; a text message takes its time in the mountains
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_FORMS = {
    "login": "ancu.config.signin_phone.LoginForm",
    "request_login_code": "ancu.config.signin_phone.RequestCodeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # else anybody could have the office write to a stranger
ACCOUNT_RATE_LIMITS = {
    # An office leaves by one address; what stops guessing is the count of the account. See ancu.config.signin.
    "login": "200/m/ip",  # half past seven in the morning
    "login_failed": "30/m/ip,5/300s/key",
    "change_phone": "6/h/user",  # every code costs the office a text message
    "verify_phone": "1/30s/key,10/h/ip",
    "request_login_code": "20/m/ip,5/h/key",
}
MFA_ADAPTER = "ancu.config.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "An Cu"
MFA_TOTP_TOLERANCE = 1  # the digits change while they are typed; see ancu.config.second_factor
MFA_FORMS = {
    "authenticate": "ancu.config.second_factor.AuthenticateForm",
    "reauthenticate": "ancu.config.second_factor.ReauthenticateForm",
    "login_webauthn": "ancu.config.second_factor.LoginKeyForm",
    "authenticate_webauthn": "ancu.config.second_factor.AuthenticateKeyForm",
    "reauthenticate_webauthn": "ancu.config.second_factor.ReauthenticateKeyForm",
    "add_webauthn": "ancu.config.second_factor.AddKeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SOCIALACCOUNT_ONLY = False

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English")), *third_languages().names.items()]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
# Each app keeps its own locale folder; what the libraries do not say in Vietnamese stands here.
LOCALE_PATHS = [
    BASE_DIR / "ancu" / "core" / "library_words" / "locale",
    BASE_DIR / "ancu" / "engines" / "rulebook" / "locale",
]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["ancu.core.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
HASHED_STATIC = not (DEBUG or TESTING)
ASSETS_DIR = BASE_DIR / "ancu" / "assets"  # made by deploy/assets.py
STATICFILES_DIRS: list[Path | tuple[str, Path]] = []
if ASSETS_DIR.is_dir():
    STATICFILES_DIRS = [("vendor", ASSETS_DIR / "vendor"), *([ASSETS_DIR / "minified"] if HASHED_STATIC else [])]
MEDIA_ROOT = Path(env.str("FILES_FOLDER", "") or VAR_DIR / "files")
STORAGES = {
    "default": files_storage(),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not HASHED_STATIC
# How much of a body an address takes is said in ancu.config.body_limits; nothing of it is written to a disk unsealed.
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 100 * 1024 * 1024
WEB_THREADS = env.int("WEB_THREADS", 4)

# For all processes, and nothing more to install. What "default" holds counts uses and remembers spent codes, the
# library's among them: it never throws a living entry away (`core.forget_old_counts` deletes the old). What can be
# worked out again is in "results", which does.
SHARED_CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_counts",
        "OPTIONS": {"MAX_ENTRIES": sys.maxsize},
    },
    "results": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_results",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "tasks": {  # the numbers of the navigation, for a minute each
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_results",
        "KEY_PREFIX": "tasks",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
OWN_CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name} for name in SHARED_CACHES
}
CACHES = OWN_CACHES if TESTING else SHARED_CACHES
PROCRASTINATE_WORKER_DEFAULTS = {"listen_notify": not pooled()}  # else jobs are looked for every five seconds
WORKER_MEMORY_MB = env.int("WORKER_MEMORY_MB", 1000)
PROCRASTINATE_ON_APP_READY = "ancu.core.db.steady_worker.use_steady_worker"
SESSION_ENGINE = "ancu.config.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 30 * 24 * 3600  # officers': ancu.config.session_limits
CSRF_FAILURE_VIEW = "ancu.config.views.csrf_failure"
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health(/|$)"]  # a load balancer asks by plain HTTP within the machine room
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
if not PRODUCTION and not env.str("EMAIL_HOST", ""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20  # seconds; a silent mail server must not hold a worker for ever
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "An Cư <no-reply@localhost>")

TIPS_LEAVE_URL = env.str("TIPS_LEAVE_URL", "https://vi.wikipedia.org/")
# What sources send waits, sealed, until the hour is over, so that no row tells the minute; in the demo it does not.
TIPS_WAIT_FOR_THE_HOUR = not INVENTED
TIPS_MEMORY = env.str("TIPS_MEMORY", default_memory(VAR_DIR))

SIGNATURE_LINK_DAYS = env.int("SIGNATURE_LINK_DAYS", 14)

WEB_PUSH = env.bool("WEB_PUSH", default=True)

SMS_GATE_URL = env.str("SMS_GATE_URL", "")
SMS_GATE_TOKEN = env.str("SMS_GATE_TOKEN", "")
SMS_SENDER = env.str("SMS_SENDER", "AN CU")
SMS_GATE = "http" if SMS_GATE_URL else "" if PRODUCTION else "file"
SMS_FILE_PATH = VAR_DIR / "sms"

BANK_BIN = env.str("BANK_BIN", "999999" if INVENTED else "")  # the demo's is no bank's, so that nobody pays anybody
BANK_ACCOUNT = env.str("BANK_ACCOUNT", "0000000000" if INVENTED else "")
BANK_HOLDER = env.str("BANK_HOLDER", "PHONG QLXNC (THU NGHIEM)" if INVENTED else "")
BANK_NAME = env.str("BANK_NAME", "Ngân hàng Thử nghiệm" if INVENTED else "")
PAYMENT_PROVIDER = env.str("PAYMENT_PROVIDER", "test" if INVENTED else "")
if PRODUCTION and PAYMENT_PROVIDER == "test":
    raise ImproperlyConfigured("PAYMENT_PROVIDER=test takes no money: leave it empty.")

API_CALLS_A_MINUTE = env.int("API_CALLS_A_MINUTE", 60_000)
# Programs may be told at an address of this machine and without TLS: for trying, never in production.
WEBHOOK_LOOPBACK = (DEBUG or INVENTED) and not PRODUCTION
PORTAL_RELAY = env.bool("PORTAL_RELAY", default=False)
PORTAL_URL = env.str("PORTAL_URL", "https://api-tbltkbtt.bocongan.gov.vn").rstrip("/")
if PRODUCTION and PORTAL_RELAY and not PORTAL_URL.startswith("https://"):
    raise ImproperlyConfigured("PORTAL_URL must begin with https://: guests’ data go there.")
PORTAL_BASIC = env.str("PORTAL_BASIC", "")
PORTAL_BASIC_RENEW = env.str("PORTAL_BASIC_RENEW", "")
PORTAL_USERNAME = env.str("PORTAL_USERNAME", "")
PORTAL_PASSWORD = env.str("PORTAL_PASSWORD", "")

PASSPORT_PICTURES_DAYS = env.int("PASSPORT_PICTURES_DAYS", 0)
PASSPORT_PICTURES_BASIS = env.str("PASSPORT_PICTURES_BASIS", "")
if PASSPORT_PICTURES_DAYS and not PASSPORT_PICTURES_BASIS:
    raise ImproperlyConfigured("Set PASSPORT_PICTURES_BASIS to the legal basis on which passport pictures are kept.")
AUDIT_SIGNING_KEY = env.str("AUDIT_SIGNING_KEY", "")
AUDIT_PUBLIC_KEYS = env.list("AUDIT_PUBLIC_KEYS", [], subcast=str.strip)
AUDIT_HEADS_TO = env.list("AUDIT_HEADS_TO", [], subcast=str.strip)
if any(not target.startswith(("mailto:", "file:///", "https://")) for target in AUDIT_HEADS_TO):
    raise ImproperlyConfigured("AUDIT_HEADS_TO: write mailto:ADDRESS, file:///FOLDER or https://ADDRESS.")
AUDIT_HEADS_FOLDER = env.str("AUDIT_HEADS_FOLDER", str(VAR_DIR / "audit-heads"))
BACKUP_STAMP = env.str("BACKUP_STAMP", str(VAR_DIR / "backup.stamp"))
RESTORE_CHECK = VAR_DIR / "restore-check.json"
CLAMAV_SOCKET = env.str("CLAMAV_SOCKET", "")

LOG_FORMAT = env.str("LOG_FORMAT", "line")
LOGGING = logging_settings(LOG_FORMAT, env.str("LOG_LEVEL", "INFO" if not TESTING else "WARNING"))
TRACES_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "")
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("METRICS_TOKEN must have 20 characters or more, for example of `openssl rand -hex 24`.")
