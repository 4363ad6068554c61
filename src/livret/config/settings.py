"""Django settings, read from the environment by typed readers."""

from __future__ import annotations

from typing import Any

from livret.core import environ, installation, logs

SECRET_KEY = installation.derived("django")
DEBUG = environ.flag("LIVRET_DEBUG", default=False)
ALLOWED_HOSTS = environ.listing("LIVRET_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environ.listing("LIVRET_ORIGINS")
STATE_FOLDER = installation.folder()
IS_SECURE = environ.flag("LIVRET_HTTPS", default=False)

INSTALLED_APPS = [
    "livret.core.tenancy",
    "livret.core.resident",
    "livret.core.audit",
    "livret.core.jobs",
    "livret.core.mail",
    "livret.core.ui",
    "livret.clients",
    "livret.suite.company",
    "livret.suite.finance",
    "livret.suite.finance.setup",
    "livret.suite.finance.entry",
    "livret.suite.finance.lettering",
    "livret.suite.finance.bank",
    "livret.suite.finance.payments",
    "livret.suite.finance.vat",
    "livret.suite.finance.statements",
    "livret.suite.finance.assets",
    "livret.suite.finance.closing",
    "livret.suite.finance.review",
    "livret.ops.environments",
    "livret.care.knowledge",
    "livret.care.support",
    "livret.care.figures",
    "livret.care.assistance",
    "livret.care.phone",
    "livret.care.service",
    "livret.portal",
    "livret.workspace",
    "livret.console",
    "livret.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "lucide",
    "procrastinate.contrib.django",
    "ninja",
]

MIDDLEWARE = [
    "livret.core.http.AddressMiddleware",
    "livret.core.http.ReferenceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "livret.core.http.PolicyMiddleware",
    "livret.core.last_error.LastErrorMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "livret.core.ui.sizes.SizeMiddleware",
    "livret.core.pace.PaceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "livret.config.shells.ShellMiddleware",
    "livret.workspace.middleware.EnvironmentMiddleware",
    "livret.core.space.SpaceMiddleware",
]

ROOT_URLCONF = "livret.config.urls"
WSGI_APPLICATION = "livret.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "livret.core.ui.context.shell",
            ],
        },
    },
]

# -- Databases: the control database only; a client's database is reached through livret.core.tenancy. ----------------
DATABASE_ROLE_PREFIX = environ.text("LIVRET_ROLE_PREFIX", "livret")
CONTROL_DATABASE = installation.control_server().database or environ.text("LIVRET_CONTROL_DATABASE", "livret_control")


def _control(role: str) -> dict[str, Any]:
    server = installation.control_server()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": CONTROL_DATABASE,
        "HOST": server.host,
        "PORT": server.port,
        "USER": f"{DATABASE_ROLE_PREFIX}_{role}",
        "PASSWORD": installation.derived(f"role:{role}"),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"connect_timeout": 5, "application_name": f"livret-{role}"},
    }


DATABASES = {"default": _control("app"), "owner": {**_control("owner"), "CONN_MAX_AGE": 0}}
DATABASE_ROUTERS = ["livret.core.tenancy.routing.PlaneRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Counters of pace and of failed logins stand there: past MAX_ENTRIES rows are thrown away, whatever they still count.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# -- People ------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "clients.AccessAccount"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "livret_session", "livret_csrf"
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
PROXIES = environ.number("LIVRET_PROXIES", 0)  # Reverse proxies of ours in front, each adding to X-Forwarded-For.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_SECURE else None
X_FRAME_OPTIONS = "DENY"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # The single-use invitation proves the address.
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_SECURE else "http"
USERSESSIONS_TRACK_ACTIVITY = False  # Reading a page writes nothing; a session is dated by its beginning.
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE
MFA_TOTP_ISSUER = "Livret"
ACCOUNT_ADAPTER, MFA_ADAPTER = "livret.clients.adapter.AccountAdapter", "livret.clients.adapter.MfaAdapter"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_TOTP_TOLERANCE = 1  # Phones drift: the code of the period before or after is taken too.
APPLICATION_REGISTER = "livret.console.registers.application_register"
ACCOUNT_FORMS = {
    "login": "livret.clients.door_forms.LoginForm",
    "reset_password": "livret.clients.door_forms.ResetPasswordForm",
    "reset_password_from_key": "livret.clients.door_forms.ResetPasswordKeyForm",
    "change_password": "livret.clients.door_forms.ChangePasswordForm",
    "set_password": "livret.clients.door_forms.SetPasswordForm",
    "reauthenticate": "livret.clients.door_forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "livret.clients.door_forms.AuthenticateForm",
    "reauthenticate": "livret.clients.door_forms.ReauthenticateCodeForm",
    "activate_totp": "livret.clients.door_forms.ActivateTotpForm",
    "add_webauthn": "livret.clients.door_forms.AddPasskeyForm",
    "edit_webauthn": "livret.clients.door_forms.EditPasskeyForm",
}
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "account_login", "home", "account_login"

# -- Language, time, files ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "livret_language"
TIME_ZONE = "Europe/Paris"
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = True
STATIC_URL, STATIC_ROOT = "/static/", STATE_FOLDER / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
LARGEST_BODY_BYTES = environ.number("LIVRET_LARGEST_BODY_BYTES", 64_000_000)
LARGEST_FILE_BYTES = environ.number("LIVRET_LARGEST_FILE_BYTES", 4_500_000_000)  # A FEC: the contract speaks of 3 GB.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # The grid of an entry: a thousand lines, their details and letters.
PACES = "livret.config.paces.PACES"  # How fast the costly acts may be done.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
EMAIL_BACKEND = environ.text("LIVRET_MAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST, EMAIL_PORT = environ.text("LIVRET_SMTP_HOST", "localhost"), environ.number("LIVRET_SMTP_PORT", 25)
EMAIL_HOST_USER = environ.text("LIVRET_SMTP_USER")
EMAIL_HOST_PASSWORD = environ.text("LIVRET_SMTP_PASSWORD")
EMAIL_USE_TLS = environ.flag("LIVRET_SMTP_STARTTLS", default=False)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = environ.text("LIVRET_MAIL_FROM", "Livret <no-reply@livret.example>")
MAIL_REPLIES = environ.mail_address("LIVRET_MAIL_REPLIES")
IMAP_HOST, IMAP_PORT = environ.text("LIVRET_IMAP_HOST"), environ.number("LIVRET_IMAP_PORT", 993)
IMAP_USER, IMAP_PASSWORD = environ.text("LIVRET_IMAP_USER"), environ.text("LIVRET_IMAP_PASSWORD")
IMAP_TLS = environ.flag("LIVRET_IMAP_TLS", default=True)
IMAP_FOLDER = environ.text("LIVRET_IMAP_FOLDER", "INBOX")
IMAP_KEPT_FOLDER = environ.text("LIVRET_IMAP_KEPT_FOLDER", "Livret")
INCOMING_MAIL_HANDLER = "livret.care.support.inbox.thread"
SITE_ADDRESS = environ.web_address("LIVRET_ADDRESS")
ENTITLEMENTS_PROVIDER = "livret.clients.queries.entitlements_of"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
IS_DEMO = environ.flag("LIVRET_DEMO", default=False)
METRICS_TOKEN = environ.text("LIVRET_METRICS_TOKEN")
LOGGING = logs.logging_settings(environ.text("LIVRET_LOG_LEVEL", "INFO"))
