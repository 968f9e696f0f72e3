"""Counting downloads."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from communities.models import Teacher
from foundation import activity
from resources.models import Download, Material


def count_download(material: Material, *, by: Teacher, on: datetime.date | None = None) -> bool:
    """`by` took files of the material: counted once a person and day; answers whether this was the first of the day."""
    day = on or timezone.localdate()
    known: dict[str, Any] = {"material": material, "teacher": by, "day": day}
    # Most downloads of a day are the second file of the same material: they need no transaction.
    if Download.objects.filter(**known).exists():
        return False
    with transaction.atomic():
        # The row's lock lets two downloads at once be counted one after the other.
        Material.objects.select_for_update().only("pk").get(pk=material.pk)
        _row, is_new = Download.objects.get_or_create(**known)
        if is_new:
            counted = Download.objects.filter(material=OuterRef("pk")).order_by().values("material").annotate(count=Count("pk")).values("count")
            Material.objects.filter(pk=material.pk).update(download_count=Coalesce(Subquery(counted), 0))
            activity.record("downloaded", by=by, target=material, community=material.library.community, on=day)
        return is_new
