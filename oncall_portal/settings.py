"""Django settings, all from the environment through `lib.env`."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import broker, env, media

BASE_DIR = Path(__file__).resolve().parent.parent
CONFIG = env.load_or_exit(os.environ, BASE_DIR)

SECRET_KEY = CONFIG.secret_key
DEBUG = False
ALLOWED_HOSTS = list(CONFIG.allowed_hosts)
PUBLIC_URL = CONFIG.public_url
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
VONAGE = CONFIG.vonage
BACKUP_KEY = CONFIG.backup_key

INSTALLED_APPS = [
    "oncall_portal.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "django_filters",
    "django_celery_beat",
    "phonenumber_field",
    "recurrence",
    "oncall_portal",
    "oncall_portal.outbox",
    "oncall_portal.backup",
    "scheduling",
    "telephony",
    "voicemail",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "oncall_portal.middleware.readable",
    "oncall_portal.middleware.personal",
    "oncall_portal.lib.acting.ActingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "oncall_portal.urls"
WSGI_APPLICATION = "oncall_portal.wsgi.application"
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
            ],
        },
    },
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # our templates before Django's own

DATABASES = {
    "default": {
        **CONFIG.database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "oncall_portal" / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
vars().update(media.settings(CONFIG.media))
WHITENOISE_USE_FINDERS = True

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

vars().update(CONFIG.email)
DEFAULT_FROM_EMAIL = CONFIG.email_from
EMAIL_TIMEOUT = 20

PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "E164"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["oncall_portal.lib.api.permissions.Allowed"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "oncall_portal.lib.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "oncall_portal.lib.api.problems.handler",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": _("On-call portal"),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "KeyEnum": "telephony.models.menus.KEYS",
        "GoalKindEnum": "telephony.api.menus.GOAL_KINDS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "oncall_portal.lib.api.schema.add_problems",
    ],
}

vars().update(broker.celery_settings(CONFIG.redis_url))
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "scan-coverage": {
        "task": "scheduling.scan_coverage",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "scheduling.extend_rotations": {
        "task": "scheduling.extend_rotations",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    "scheduling.tell_duties": {
        "task": "scheduling.tell_duties",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "scheduling.prune_notices": {
        "task": "scheduling.prune_notices",
        "schedule": 86400.0,
        "options": {"expires": 86400.0},
    },
    "telephony.prune_receipts": {
        "task": "telephony.prune_receipts",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    "telephony.forget_removed_recordings": {
        "task": "telephony.forget_removed_recordings",
        "schedule": 86400.0,
        "options": {"expires": 86400.0},
    },
    "telephony.refresh_worst_cases": {
        "task": "telephony.refresh_worst_cases",
        "schedule": 900.0,
        "options": {"expires": 900.0},
    },
    "telephony.escalate_promises": {
        "task": "telephony.escalate_promises",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    "telephony.scan_numbers": {
        "task": "telephony.scan_numbers",
        "schedule": 86400.0,
        "options": {"expires": 86400.0},
    },
    "outbox.deliver_due": {
        "task": "outbox.deliver_due",
        "schedule": 20.0,
        "options": {"expires": 60.0},
    },
    "voicemail.download_recordings": {
        "task": "voicemail.download_recordings",
        "schedule": 20.0,
        "options": {"expires": 60.0},
    },
    "voicemail.remove_leftovers": {
        "task": "voicemail.remove_leftovers",
        "schedule": 86400.0,
        "options": {"expires": 86400.0},
    },
    "voicemail.retain": {
        "task": "voicemail.retain",
        "schedule": 86400.0,
        "options": {"expires": 86400.0},
    },
    "voicemail.fetch_transcripts": {
        "task": "voicemail.fetch_transcripts",
        "schedule": 20.0,
        "options": {"expires": 60.0},
    },
    "voicemail.announce_messages": {
        "task": "voicemail.announce_messages",
        "schedule": 20.0,
        "options": {"expires": 60.0},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "oncall_portal.lib.logs.SafeFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
