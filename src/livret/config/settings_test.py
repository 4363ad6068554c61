"""Settings of the test suite: a cluster of its own, quick password hashes, no manifest of static files."""

from __future__ import annotations

import os

os.environ.setdefault("LIVRET_STATE", os.path.join(os.path.dirname(__file__), "../../../var/test"))
os.environ.setdefault("LIVRET_ROLE_PREFIX", "livret_test")
os.environ.pop("LIVRET_DEMO_NOW", None)

from livret.config.settings import *  # noqa: F403
from livret.config.settings import STORAGES, TEMPLATES
from livret.core.catalogues import compile_catalogues

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]


compile_catalogues()


class UnknownVariable(str):
    """Fails a test whose template names a variable that the view did not give."""

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, missing: object) -> str:
        raise LookupError(f"a template names the unknown variable {missing!r}")


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable()
