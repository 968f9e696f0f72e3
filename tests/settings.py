"""The portal's own settings with the few changes that tests need."""

import os
import tempfile

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="portal-tests-"))

from network_portal.settings import *  # noqa: F403 - the point is to test the real settings
from network_portal.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES, TASKS

STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# PBKDF2 is slow on purpose; tests sign in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# A job runs where it is enqueued, after the commit, so that a test sees what the worker would have made.
TASKS = {"default": {**TASKS["default"], "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["CONN_MAX_AGE"] = 0
else:
    # A file, as in real life: SQLite in memory locks whole tables between the threads of a live server.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
