"""Settings, all read from the environment; README's table lists them.

Defaults serve one machine without services: SQLite, doorbells in the process, DEBUG off.
Secrets have no default outside DEBUG.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def env_flag(name: str) -> bool:
    return env(name).lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


BASE_DIR = Path(__file__).resolve().parents[2]
STATE_DIR = Path(env("JOBFAIR_STATE", str(BASE_DIR / ".jobfair")))
DEBUG = env_flag("JOBFAIR_DEBUG")

SECRET_KEY = env("JOBFAIR_SECRET_KEY")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("Set JOBFAIR_SECRET_KEY: 50 or more random characters.")
    SECRET_KEY = "development-only-key-never-used-outside-debug-0123456789"  # noqa: S105 - refused otherwise

ALLOWED_HOSTS = env_list("JOBFAIR_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("JOBFAIR_ORIGINS")
PUBLIC_URL = env("JOBFAIR_PUBLIC_URL")  # written into QR codes; empty = the address of the request

INSTALLED_APPS = [
    "daphne",
    "unfold.apps.BasicAppConfig",
    "jobfair.config.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "jobfair.core",
    "jobfair.realtime",
    "jobfair.accounts",
    "jobfair.notices",
    "jobfair.resumes",
    "jobfair.chat",
    "jobfair.fairs",
    "jobfair.employers",
    "jobfair.positions",
    "jobfair.applications",
    "jobfair.checkin",
    "booths",
    "livestream",
    "jobfair.interviews",
    "jobfair.search",
    "jobfair.advice",
    "jobfair.config",
]

MIDDLEWARE = [
    "jobfair.config.failures.FailuresAsJson",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jobfair.config.sessions.LastingSessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "jobfair.config.urls"
ASGI_APPLICATION = "jobfair.config.asgi.application"
WSGI_APPLICATION = "jobfair.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "jobfair" / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def database() -> dict[str, Any]:
    """PostgreSQL where DATABASE_URL names one, otherwise SQLite in the state folder."""
    url = env("DATABASE_URL")
    if url:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
        if "postgresql" in config["ENGINE"]:
            config["OPTIONS"] = {
                **config.get("OPTIONS", {}),
                "pool": {"min_size": 1, "max_size": int(env("JOBFAIR_DB_POOL", "20")), "timeout": 20},
            }
            return config
    else:
        config = {"NAME": str(STATE_DIR / "jobfair.sqlite3")}
    config["ENGINE"] = "jobfair.core.sqlite"  # Django's own, with a queue for writers
    # IMMEDIATE takes the write lock at BEGIN, so no transaction fails half-way for want of it.
    config["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    return config


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL")
CHANNEL_LAYERS: dict[str, Any] = {}
if REDIS_URL:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "jobfair"},
    }
else:
    CHANNEL_LAYERS["default"] = {"BACKEND": "channels.layers.InMemoryChannelLayer"}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "jobfair.config.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_COOKIE_SAMESITE = "Lax"
HTTPS = env_flag("JOBFAIR_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False  # nginx redirects
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        # Element Plus sets element styles from script; script stays strict.
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "jobfair" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

FRONTEND_DIST = Path(env("JOBFAIR_FRONTEND_DIST", str(BASE_DIR / "frontend" / "dist")))
STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.is_dir() else []
WHITENOISE_USE_FINDERS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("JOBFAIR_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},  # scanners, all day long
    },
}

# --- accounts: sign-in, its text messages and its limits (jobfair.accounts) ---------------------------------
ACCOUNT_ADAPTER = "jobfair.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# /api/phone/* drive allauth's code flow; its own endpoint, limited by address, stays shut.
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 5 * 60  # seconds
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "jobfair.accounts.second_factor.MfaAdapter"
MFA_TOTP_ISSUER = "职等你来"
STAFF_NEED_SECOND_FACTOR = not DEBUG  # an office counts only once its holder has an authenticator
ALLAUTH_TRUSTED_PROXY_COUNT = int(env("JOBFAIR_PROXIES", "0"))  # reverse proxies that append X-Forwarded-For
LOGIN_REDIRECT_URL = "/"
SMS_SENDER = "jobfair.notices.senders.GatewaySender"  # one way out for codes and notices

if REDIS_URL:
    # Short waits: with the cache gone, limits are counted per process and everything else goes on.
    CACHES: dict[str, Any] = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "jobfair",
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
# --- end of accounts ----------------------------------------------------------------------------------------

# --- notices: gateways for what is told outside the pages (jobfair.notices) ---------------------------------


def env_pairs(name: str) -> dict[str, str]:
    """`ours=theirs,ours=theirs`"""
    return dict(pair.split("=", 1) for pair in env_list(name) if "=" in pair)


# Without an address: a stub within the product while DEBUG is on, otherwise nothing is sent.
NOTICE_GATEWAYS = {
    "sms": {
        "url": env("JOBFAIR_SMS_GATEWAY"),
        "key": env("JOBFAIR_SMS_KEY"),
        "secret": env("JOBFAIR_SMS_SECRET"),
    },
    "wechat": {
        "url": env("JOBFAIR_WECHAT_GATEWAY"),
        "key": env("JOBFAIR_WECHAT_KEY"),
        "secret": env("JOBFAIR_WECHAT_SECRET"),
    },
}
SMS_SIGNATURE = env("JOBFAIR_SMS_SIGNATURE", "职等你来")
SMS_TEMPLATES = env_pairs("JOBFAIR_SMS_TEMPLATES")  # our names → the ids the gateway approved
WECHAT_APP = env("JOBFAIR_WECHAT_APP")  # the service account's app id, with which WeChat is asked who it is
WECHAT_TEMPLATES = env_pairs("JOBFAIR_WECHAT_TEMPLATES")
SMS_PER_DAY = int(env("JOBFAIR_SMS_PER_DAY", "20000"))
VAPID_PRIVATE_KEY = env("JOBFAIR_VAPID_PRIVATE_KEY")
VAPID_PUBLIC_KEY = env("JOBFAIR_VAPID_PUBLIC_KEY")
VAPID_CONTACT = env("JOBFAIR_VAPID_CONTACT")
# --- end of notices -----------------------------------------------------------------------------------------

# --- interviews: what helps two browsers find each other (jobfair.interviews) -------------------------------
ICE_STUN = env_list("JOBFAIR_STUN")  # stun:host:port
ICE_TURN = env_list("JOBFAIR_TURN")  # turn:host:port?transport=udp, turns:…
ICE_TURN_SECRET = env("JOBFAIR_TURN_SECRET")  # shared with the TURN servers, never with a browser
ICE_TURN_SECONDS = int(env("JOBFAIR_TURN_SECONDS", "7200"))
if ICE_TURN and not ICE_TURN_SECRET:
    raise ImproperlyConfigured("Set JOBFAIR_TURN_SECRET: the one the TURN servers have.")
# --- end of interviews --------------------------------------------------------------------------------------

# --- livestream: encoders, recordings (livestream.media) ----------------------------------------------------
RTMP = env("JOBFAIR_RTMP")  # host:port where encoders are heard; empty: this process has no media station
RTMP_HOST, RTMP_PORT = RTMP.rpartition(":")[0] or "127.0.0.1", int(RTMP.rpartition(":")[2] or "1935")
RTMP_PUBLIC = env("JOBFAIR_RTMP_PUBLIC")  # told to encoders; empty = the request's host and that port
INGEST_SECRET = env("JOBFAIR_INGEST_SECRET")  # in the address that nginx-rtmp asks; empty: it may not ask
RECORDING_MOST = int(env("JOBFAIR_RECORDING_GB", "20")) << 30  # bytes of one broadcast
RECORDING_SPARE = int(env("JOBFAIR_RECORDING_SPARE_MB", "2048")) << 20  # bytes of the disk recordings leave
# --- end of livestream --------------------------------------------------------------------------------------
