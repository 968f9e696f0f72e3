from typing import Any

from django.core.management.base import BaseCommand

from communities.notice_mail import enqueue_digests as enqueue_notices
from communities.notice_mail import forget_old
from resources.collection_letters import enqueue_collection_letters
from resources.digests import enqueue_digests as enqueue_searches


class Command(BaseCommand):
    help = "Queue the digests that are due (notifications, saved searches, followed collections); once a day, at whatever hour people like to read mail."

    def handle(self, *args: Any, **options: Any) -> None:
        forget_old()
        self.stdout.write(f"{enqueue_notices() + enqueue_searches() + enqueue_collection_letters()} digests")
