"""The one table of what people are told: words, sign, how often by mail before they choose, and whose settings it obeys.

Upper rooms add their kinds here, too: words only, nothing of theirs is imported. A kind that is missing cannot be told.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from communities.models.notification import Delivery


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`one` tells a single fact, `many` several of one group (None: never grouped); `%(title)s` is the target's name, `%(count)d` how many.

    `of_community`: news of a community's common life, which obeys what the person chose for that community; the rest is personal.
    """

    name: Promise
    one: Promise
    many: Promise | None = None
    delivery: Delivery = Delivery.NOW
    icon: str = "bell"
    of_community: bool = False


KINDS: dict[str, NoticeKind] = {
    # People and communities.
    "confirmation": NoticeKind(_("My school has confirmed me"), _("Your place of work is confirmed: “%(title)s”"), icon="check"),
    "invitation": NoticeKind(_("Invitations to communities"), _("You are invited to the community “%(title)s”"), icon="mail"),
    "join-answer": NoticeKind(_("Answers to my requests to join"), _("Your request to join the community “%(title)s” is answered"), icon="users"),
    "membership": NoticeKind(_("My role in a community"), _("Your part in the community “%(title)s” has changed"), icon="users"),
    "join-request": NoticeKind(
        _("Requests to join communities I look after"),
        _("A colleague asks to join the community “%(title)s”"),
        ngettext_lazy("%(count)d colleague asks to join “%(title)s”", "%(count)d colleagues ask to join “%(title)s”", "count"),
        icon="users",
    ),
    "goal": NoticeKind(_("New goals of communities"), _("The community “%(title)s” has a new goal"), delivery=Delivery.DAILY, icon="flag", of_community=True),
    # The exchange between schools.
    "proposal": NoticeKind(_("Proposals of partnership to my school or community"), _("A partnership is proposed: “%(title)s”"), icon="swap"),
    "partnership": NoticeKind(_("News of our partnerships"), _("There is news of the partnership “%(title)s”"), icon="swap"),
    "partnership-reminder": NoticeKind(_("Reminders of partnerships that stand still"), _("The partnership “%(title)s” waits for its next step"), icon="clock"),
    # Discussions.
    "announcement": NoticeKind(_("Announcements of communities"), _("Announcement: “%(title)s”"), icon="bell", of_community=True),
    "topic": NoticeKind(_("New topics in communities"), _("A new topic: “%(title)s”"), delivery=Delivery.DAILY, icon="msg", of_community=True),
    "answer": NoticeKind(
        _("Messages in topics I began"),
        _("A message in your topic “%(title)s”"),
        ngettext_lazy("%(count)d message in your topic “%(title)s”", "%(count)d messages in your topic “%(title)s”", "count"),
        icon="msg",
    ),
    "reply": NoticeKind(
        _("Messages in topics I take part in"),
        _("A new message in the topic “%(title)s”"),
        ngettext_lazy("%(count)d new message in the topic “%(title)s”", "%(count)d new messages in the topic “%(title)s”", "count"),
        delivery=Delivery.DAILY,
        icon="msg",
        of_community=True,
    ),
    "mention": NoticeKind(_("I am mentioned"), _("You are mentioned in the topic “%(title)s”"), icon="user"),
    "accepted": NoticeKind(_("My answer is accepted"), _("Your answer is accepted: “%(title)s”"), icon="tick"),
    "report": NoticeKind(
        _("Reports about messages, for moderators"),
        _("A message is reported in the topic “%(title)s”"),
        ngettext_lazy("%(count)d report in the topic “%(title)s”", "%(count)d reports in the topic “%(title)s”", "count"),
        icon="flag",
    ),
    "moderation": NoticeKind(_("Decisions of moderators"), _("Moderators have decided about a message in the topic “%(title)s”"), icon="flag"),
    # The library.
    "new-version": NoticeKind(_("New versions of materials I used"), _("A material you used has a new version: “%(title)s”"), icon="book"),
    "reviewed": NoticeKind(_("Reviews of my materials"), _("Your material is reviewed: “%(title)s”"), icon="check"),
    "care": NoticeKind(_("Questions of curators about my materials"), _("A curator asks about your material “%(title)s”"), icon="edit"),
    # Shared facilities.
    "booking-request": NoticeKind(_("Requests to book what my school lends"), _("A colleague asks to book “%(title)s”"), icon="cal"),
    "booking": NoticeKind(_("What becomes of my bookings"), _("Your booking is answered or called off: “%(title)s”"), icon="cal"),
    "booking-off": NoticeKind(_("Bookings of what my school lends that are called off"), _("A booking is called off: “%(title)s”"), icon="cal"),
    # Best-practice schools.
    "enrolment-request": NoticeKind(
        _("Applications to best-practice schools that I run"),
        _("An application waits for an answer: “%(title)s”"),
        ngettext_lazy("%(count)d application waits for an answer: “%(title)s”", "%(count)d applications wait for an answer: “%(title)s”", "count"),
        icon="cup",
    ),
    "enrolment": NoticeKind(_("My part in best-practice schools"), _("There is news of your part: “%(title)s”"), icon="cup"),
    "enrolment-work": NoticeKind(_("Final works in best-practice schools that I run"), _("A final work is handed in: “%(title)s”"), icon="cup"),
    # Plans and events.
    "plan-submitted": NoticeKind(_("Plans that wait for my approval"), _("A plan waits for your approval: “%(title)s”"), icon="list"),
    "plan-returned": NoticeKind(_("Plans sent back to me"), _("The plan is sent back to be revised: “%(title)s”"), icon="edit"),
    "plan-approved": NoticeKind(_("Approved plans"), _("The plan is approved: “%(title)s”"), delivery=Delivery.DAILY, icon="check", of_community=True),
    "event-announced": NoticeKind(_("New events of my communities"), _("A new event: “%(title)s”"), delivery=Delivery.DAILY, icon="cal", of_community=True),
    "event-proposed": NoticeKind(_("Events proposed to my community or school"), _("An event is proposed: “%(title)s”"), icon="cal"),
    "event-answer": NoticeKind(_("Answers to events I proposed"), _("Your event is announced or sent back: “%(title)s”"), icon="cal"),
    "event-moved": NoticeKind(_("Events I am registered for are moved"), _("The event is moved to another time: “%(title)s”"), icon="clock"),
    "event-cancelled": NoticeKind(_("Events I am registered for are cancelled"), _("The event is cancelled: “%(title)s”"), icon="x"),
    "event-reminder": NoticeKind(_("Reminders of events I am registered for"), _("The event is tomorrow: “%(title)s”"), icon="clock"),
    "registration": NoticeKind(_("Registrations that others make for me"), _("Your registration has changed: “%(title)s”"), icon="cal"),
    "moved-up": NoticeKind(_("A place from the waiting list"), _("You have a place now: “%(title)s”"), icon="tick"),
    "jury": NoticeKind(_("I am in a jury"), _("You are in the jury: “%(title)s”"), icon="flag"),
    "results": NoticeKind(_("Results of my pupils"), _("The results are published: “%(title)s”"), icon="cup"),
    "appeal": NoticeKind(_("Appeals in contests that I run"), _("An appeal waits for an answer: “%(title)s”"), icon="flag"),
    "appeal-answer": NoticeKind(_("Answers to my appeals"), _("Your appeal is answered: “%(title)s”"), icon="flag"),
    "certificate": NoticeKind(
        _("Papers issued to me and my pupils"),
        _("A paper is issued: “%(title)s”"),
        ngettext_lazy("%(count)d paper is issued: “%(title)s”", "%(count)d papers are issued: “%(title)s”", "count"),
        delivery=Delivery.DAILY,
        icon="cup",
    ),
    "project": NoticeKind(_("News of joint projects"), _("News of the project “%(title)s”"), delivery=Delivery.DAILY, icon="swap"),
    "event-letter": NoticeKind(_("Information letters of events to my school"), _("An information letter: “%(title)s”"), icon="mail"),
}
