"""The worker: does what requests have put into the queue. Any number may run."""

from typing import Any

from django_tasks_db.management.commands.db_worker import Command as DatabaseWorker

from resources.jobs import requeue_stale


class Command(DatabaseWorker):
    help = "Run queued jobs; first puts back those whose worker was killed."

    def configure_logging(self, verbosity: int) -> None:
        """What goes wrong is logged as everywhere (settings.LOGGING); each beginning and end of a job is not."""

    def handle(self, **options: Any) -> None:
        requeue_stale()
        super().handle(**options)
