"""All settings. The environment alone changes them, and this is the only place that reads it.

CONUS_HOSTS            more host names to answer to, separated by commas
CONUS_HTTPS            1: served over HTTPS only; cookies are Secure and browsers are told to remember
CONUS_TRUSTED_PROXIES  how many proxies stand in front and add to X-Forwarded-For; 0: the header is ignored
CONUS_TIME_ZONE        the time zone that says which day it is; UTC
CONUS_RATE_LIMIT       requests a minute of one address, or of one signed-in person; 0 for no limit; 120
CONUS_VAR              the folder for the database, the secret key and the collected static files; var
CONUS_SECRET_KEY       the secret key; else one is made and kept in the var folder
CONUS_SECRET_KEY_FALLBACKS  older keys, still accepted, separated by commas; else secret-key-fallbacks there
CONUS_CHECKPOINTS      the file of the event log's checkpoints; checkpoints.jsonl in the var folder
CONUS_CHECKPOINT_KEY   the file of the key that signs them, made at first use; checkpoint-key.pem there
CONUS_REVIEWER_SECOND_FACTOR  1: reviewers need a second factor, as physicians, auditors and administrators do
CONUS_OIDC_NAME        the name of the identity provider that people can sign in with; all four or none
CONUS_OIDC_URL         its address, https://; /.well-known/openid-configuration under it says the rest
CONUS_OIDC_CLIENT_ID   how Conus is registered there
CONUS_OIDC_SECRET      the secret that it gave to Conus
CONUS_DEBUG            1: show the inside of an error in the browser; never where others can reach it
DATABASE_URL           the main database: sqlite:////full/path, or postgres://user:password@host:port/name
"""

import tomllib
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from config.databases import counters
from config.environment import Environment
from config.secret import older_keys, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

DEBUG = env.flag("CONUS_DEBUG")
HTTPS = env.flag("CONUS_HTTPS")
TRUSTED_PROXIES = env.whole("CONUS_TRUSTED_PROXIES", default=0, least=0, most=9)
RATE_LIMIT = env.whole("CONUS_RATE_LIMIT", default=120, least=0, most=1_000_000)
VAR = env.folder("CONUS_VAR", default=BASE_DIR / "var")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.hosts("CONUS_HOSTS")]
SECRET_KEY = env.secret("CONUS_SECRET_KEY") or secret_key(VAR / "secret-key")
SECRET_KEY_FALLBACKS = env.secrets("CONUS_SECRET_KEY_FALLBACKS") or older_keys(VAR / "secret-key-fallbacks")
CHECKPOINTS = env.file("CONUS_CHECKPOINTS", default=VAR / "checkpoints.jsonl")
CHECKPOINT_KEY = env.file("CONUS_CHECKPOINT_KEY", default=VAR / "checkpoint-key.pem")
REVIEWER_SECOND_FACTOR = env.flag("CONUS_REVIEWER_SECOND_FACTOR")
OIDC = env.identity_provider("CONUS_OIDC")
TIME_ZONE = env.time_zone("CONUS_TIME_ZONE")
_DATABASE = env.database("DATABASE_URL", default=VAR / "conus.sqlite3")
env.refuse_unknown()

# Where the data lies.
POLICIES = BASE_DIR / "decisions" / "policies"
CODESETS = BASE_DIR / "decisions" / "codesets" / "icd10cm"

# What is installed.
INSTALLED_APPS = [
    "decisions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "template_partials",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "decisions.guards.middleware.no_store",
    # Above the session, whose cookie would take a null character to the database.
    "decisions.guards.middleware.no_null",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # Below the session: somebody who is signed in is counted wherever they are.
    "decisions.guards.middleware.rate_limit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Below messages: it says why a session ended.
    "decisions.people.middleware.Sessions",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "decisions.guards.context.page",
            ]
        },
    }
]
FORM_RENDERER = "decisions.form_layout.Renderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False  # a field that a layout names and the form lacks is a fault

# Databases.
DATABASES = {"default": _DATABASE, "counters": counters(_DATABASE, VAR / "counters.sqlite3")}
DATABASE_ROUTERS = ["decisions.guards.routers.CountersRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People.
AUTH_USER_MODEL = "decisions.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["decisions.people.backends.PersonBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # of the links that administrators hand out
SESSION_IDLE = 15 * 60
SESSION_LONGEST = 12 * 60 * 60

# Sign-in. Attempts are counted exactly by `decisions.people.attempts`, so allauth's own limits are off.
ACCOUNT_ADAPTER = "decisions.people.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "decisions.people.forms.SignInForm",
    "change_password": "decisions.people.forms.PasswordForm",
    "reauthenticate": "decisions.people.forms.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
MFA_ADAPTER = "decisions.people.adapters.FactorAdapter"
MFA_FORMS = {
    "authenticate": "decisions.people.forms.CodeForm",
    "reauthenticate": "decisions.people.forms.CodeAgainForm",
    "activate_totp": "decisions.people.forms.AppForm",
    "add_webauthn": "decisions.people.forms.NewKeyForm",
    "authenticate_webauthn": "decisions.people.forms.KeyForm",
    "reauthenticate_webauthn": "decisions.people.forms.KeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Conus"
MFA_TOTP_TOLERANCE = (
    1  # a code is typed when the next is on its way, or the telephone's clock is a little off
)
MFA_TRUST_ENABLED = False
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_ALLOW_UNVERIFIED_EMAIL = True  # Conus sends no mail; an administrator enters the addresses
SOCIALACCOUNT_ADAPTER = "decisions.people.adapters.ProviderAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC.app]} if OIDC else {}}

# No cache: each process would have one of its own, and what must be counted or used once is in the counters.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

# Time and language.
USE_TZ = True
USE_I18N = False
LANGUAGE_CODE = "en"

# Static files, with a hash in the name so that a browser may keep them for good.
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Cookies and sessions. What a page tells next can name a member or a day of birth, which no browser keeps.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_NAME = "conus_session"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "conus_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "decisions.guards.views.csrf_failure"

# Security headers.
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^livez$", "^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *([OIDC.origin] if OIDC else [])],
    }
}
# Whether subdomains are HTTPS too, and the preload list, bind a whole domain: its owner decides, not Conus.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# Logs go to standard error and never hold an answer: no query string, no body, no path with an id in it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "decisions.guards.logs.PlainFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}
