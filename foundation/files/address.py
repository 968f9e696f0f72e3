"""FILES_URL: where files are kept. Read by the settings, so that it knows neither models nor the S3 packages."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import ParseResult, parse_qs, unquote

from django.core.exceptions import ImproperlyConfigured

FOLDER = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
EXPECTED = "s3://KEY:SECRET@host[:port]/bucket[/prefix][?region=…&style=path|virtual]"
STYLES = ("path", "virtual")


def storage_of(url: ParseResult | None) -> dict[str, Any]:
    """The entry of STORAGES for an address: none is the folder, `s3://…` a bucket over HTTPS, `s3+http://…` one without TLS (on the same machine or network).

    KEY and SECRET are percent-encoded where they hold `/`, `+` or `@`. Raises ImproperlyConfigured, without the secret in its words.
    """
    if url is None or not url.scheme:
        return FOLDER
    bucket, _slash, prefix = url.path.strip("/").partition("/")
    asked = {name: values[-1] for name, values in parse_qs(url.query).items()}
    host, key, secret = url.hostname or "", unquote(url.username or ""), unquote(url.password or "")
    whole = url.scheme in {"s3", "s3+http"} and host and bucket and key and secret
    if not whole or asked.keys() - {"region", "style"} or asked.get("style", "path") not in STYLES:
        raise ImproperlyConfigured(f"FILES_URL must look like {EXPECTED}")
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured("FILES_URL names S3 storage: pip install --require-hashes -r requirements/s3.txt (bin/setup and bin/start do it)")
    place = (f"[{host}]" if ":" in host else host) + (f":{url.port}" if url.port else "")
    return {
        "BACKEND": "foundation.files.bucket.Bucket",
        "OPTIONS": {
            "access_key": key,
            "secret_key": secret,
            "endpoint_url": f"{'http' if url.scheme == 's3+http' else 'https'}://{place}",
            "bucket_name": bucket,
            "location": prefix,
            "region_name": asked.get("region", "us-east-1"),
            "addressing_style": asked.get("style", "path"),
        },
    }
