"""Reasons of a match in words, each with its weight."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.matching import WEIGHTS, Match, Reason
from communities.models.school import Direction


@dataclass(frozen=True, slots=True)
class ReasonInWords:
    """One reason as a person reads it; `kind` is the tag's colour."""

    text: str
    points: int
    icon: str
    kind: str = ""

    @property
    def weight(self) -> str:
        """The points with their sign."""
        return signed(self.points)


def signed(points: int) -> str:
    """Points as a table shows them, with a true minus."""
    return f"+{points}" if points > 0 else f"−{-points}"


def in_words(match: Match, subjects: dict[int, str], levels: dict[int, str]) -> list[ReasonInWords]:
    """The reasons, the weightiest first; `subjects` and `levels` give names to primary keys."""
    told = [_told(reason, subjects, levels) for reason in match.reasons]
    return sorted(told, key=lambda reason: -reason.points)


def _told(reason: Reason, subjects: dict[int, str], levels: dict[int, str]) -> ReasonInWords:
    code, points, detail = reason.code, reason.points, reason.detail
    if code == "mutual":
        return ReasonInWords(_("mutual: each has what the other asks for"), points, "swap", "ok")
    if code == "direction":
        return ReasonInWords(_("one direction: %(name)s") % {"name": Direction(detail).label}, points, "flag")
    if code == "subject":
        return ReasonInWords(_("the same subject: %(name)s") % {"name": subjects.get(int(detail or 0), "")}, points, "book")
    if code == "level":
        return ReasonInWords(_("the same level: %(name)s") % {"name": levels.get(int(detail or 0), "")}, points, "school")
    if code == "level-open":
        return ReasonInWords(_("the level of education is left open"), points, "school")
    if code == "online":
        return ReasonInWords(_("online: distance does not matter"), points, "globe")
    if code == "near":
        return ReasonInWords(_("near: %(km)s km") % {"km": detail}, points, "pin")
    if code == "proven":
        lessons = int(detail or 0)
        text = ngettext("proven: %(count)s lesson elsewhere with their materials", "proven: %(count)s lessons elsewhere with their materials", lessons)
        return ReasonInWords(text % {"count": lessons}, points, "check", "ok")
    if code == "no-partners":
        return ReasonInWords(_("no partners yet"), points, "users", "info")
    partners = int(detail or 0)
    text = ngettext("carries %(count)s partnership already", "carries %(count)s partnerships already", partners)
    return ReasonInWords(text % {"count": partners}, points, "clock", "warn")


def weights_in_words() -> list[tuple[str, str]]:
    """The table of weights for «How we match»."""
    names = {
        "mutual": _("mutual needs"),
        "direction": _("one direction, for each pair of needs"),
        "subject": _("the same subject, for each pair"),
        "near": _("up to 15 km; less up to 120 km"),
        "level": _("the same level of education, for each pair"),
        "no-partners": _("a side with no partners yet"),
        "online": _("both can meet online, for each pair"),
        "proven": _("lessons elsewhere prove the offer, up to"),
        "level-open": _("the level is left open, for each pair"),
        "busy": _("for each partnership from the third on"),
    }
    return [(text, signed(WEIGHTS[code])) for code, text in names.items()]
