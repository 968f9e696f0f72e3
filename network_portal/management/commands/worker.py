"""The worker: does what requests have put into the queue. Any number may run."""

from typing import Any

from django_tasks_db.management.commands.db_worker import Command as DatabaseWorker

from resources.stale_jobs import requeue_stale, worker_name


class Command(DatabaseWorker):
    help = "Run queued jobs; first puts back those whose worker was killed."

    def configure_logging(self, verbosity: int) -> None:
        """What goes wrong is logged as everywhere (settings.LOGGING); each beginning and end of a job is not."""

    def handle(self, **options: Any) -> None:
        """The worker bears a name by which the next one can tell that this one was killed."""
        options["worker_id"] = worker_name()
        requeue_stale(own=options["worker_id"])
        super().handle(**options)
