"""The portal's settings with the reference views beside the portal's own routes."""

from network_portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
