from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from communities import access_exchange as access
from communities.models.school import Direction
from foundation.policy import policy
from network_portal.demand.table import MISS_DAYS, demand_map


@policy("teacher")
def exchange_map(request: HttpRequest) -> HttpResponse:
    """The demand map, of all directions or of the one that the address names."""
    asked = request.GET.get("direction", "")
    direction = Direction(asked) if asked in Direction.values else None
    context = {
        "map": demand_map(request.user, timezone.localdate(), direction.value if direction else ""),
        "direction": direction,
        "directions": list(Direction),
        "miss_days": MISS_DAYS,
        "materials_base": Direction.MATERIALS_BASE.value,
        "sides": access.own_sides(request.user),
    }
    return render(request, "exchange/map.html", context)
