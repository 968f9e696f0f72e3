"""Fill an empty portal with a plausible region: people, communities, and a library of real files."""

import datetime
import json
import random
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from communities.models import School, Teacher
from network_portal.demo.events import load_events
from network_portal.demo.exchange import load_exchange
from network_portal.demo.facilities import load_facilities
from network_portal.demo.manifest import manifest
from network_portal.demo.people_load import World, load_communities, load_people, load_schools
from network_portal.demo.personas import PASSWORD, PERSONAS, totp_secret
from network_portal.demo.plans import load_plans
from network_portal.demo.region_load import load_region
from network_portal.demo.reset import reset
from network_portal.demo.shelves import load_materials
from network_portal.demo.talks import load_talks
from resources.models import Material

REGION = "region"
SIZES = {
    "small": {"municipalities": 6, "schools": 40, "people": 300, "materials": 600, "needs": 240, "talks": 7, "items": 8},
    "tiny": {"municipalities": 2, "schools": 6, "people": 40, "materials": 30, "needs": 24, "talks": 4, "items": 6},
}


class Command(BaseCommand):
    help = "Fill an empty portal with the demo region, or show its accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=sorted([*SIZES, REGION]), default="small")
        parser.add_argument("--factor", type=float, default=1.0, help="with --size region: this part of it (0.1 is 10,000 materials)")
        parser.add_argument("--seed", type=int, default=2026, help="the same seed and day give the same region")
        parser.add_argument("--today", type=datetime.date.fromisoformat, help="the day the region's dates are counted from (YYYY-MM-DD)")
        parser.add_argument("--reset", action="store_true", help="empty the portal first")
        parser.add_argument("--manifest", metavar="FILE", help="write accounts and objects for tests from outside; over an existing demo nothing else is done")
        parser.add_argument("--accounts", action="store_true", help="only print the accounts of an existing demo")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("this is a production portal: the demo is refused")
        told = options["manifest"] and not options["reset"] and Teacher.objects.filter(email=PERSONAS[0].email).exists()
        # --accounts, and --manifest over an existing demo, only tell what is there.
        if not options["accounts"] and not told:
            self._fill(options)
        if options["manifest"]:
            Path(options["manifest"]).write_text(json.dumps(manifest(options["seed"]), ensure_ascii=False, indent=1), encoding="utf-8")
        self._show_accounts(options["seed"])

    def _fill(self, options: dict[str, Any]) -> None:
        if School.objects.exists() or Teacher.objects.exists() or Material.objects.exists():
            if not options["reset"]:
                raise CommandError("the portal is not empty; --reset deletes everything in it first")
            reset()
        begun = time.monotonic()
        # The same seed gives the same region; nothing secret is drawn from it.
        rng = random.Random(options["seed"])  # noqa: S311
        world = World(rng=rng, today=options["today"] or timezone.localdate(), seed=options["seed"])
        if options["size"] == REGION:
            # In batches: a hundred thousand materials in one transaction would fill the database's journal. A broken load is emptied by --reset.
            self.stdout.write("Demo region of full size …")
            load_region(world, factor=options["factor"])
            with transaction.atomic():
                load_facilities(world)
        else:
            self._fill_small(world, SIZES[options["size"]])
        self.stdout.write(f"Filled in {time.monotonic() - begun:.0f} s.")

    def _fill_small(self, world: World, size: dict[str, int]) -> None:
        self.stdout.write(f"Demo region: {size['schools']} schools, {size['people']} people, {size['materials']} materials …")
        with transaction.atomic():
            load_schools(world, municipalities=size["municipalities"], schools=size["schools"])
            load_people(world, count=size["people"])
            load_communities(world)
            load_materials(world, count=size["materials"])
            load_facilities(world)
            load_exchange(world, needs=size["needs"])
            load_talks(world, per_community=size["talks"])
            load_events(world, load_plans(world, items=size["items"]))

    def _show_accounts(self, seed: int) -> None:
        present = set(Teacher.objects.filter(email__in=[persona.email for persona in PERSONAS]).values_list("email", flat=True))
        if not present:
            return
        self.stdout.write(f"\nDemo accounts, password {PASSWORD}")
        for persona in PERSONAS:
            if persona.email in present:
                secret = totp_secret(persona, seed)
                second = f"  second factor: {secret}, or `bin/manage demo_code {persona.key}`" if secret else ""
                self.stdout.write(f"  {persona.role:14} {persona.email}{second}")
        self.stdout.write("")
