"""One module per noun; import nouns from here."""

from events.models.best_practice import BestPracticeSchool, Cohort, CohortSession, Enrolment, MentorMeeting
from events.models.event import Event, EventSession, EventSite, EventStep
from events.models.feedback import Feedback
from events.models.participation import Participation
from events.models.plan import Plan, PlanItem
from events.models.registration import Registration, SchoolPlaces

__all__ = [
    "BestPracticeSchool",
    "Cohort",
    "CohortSession",
    "Enrolment",
    "Event",
    "EventSession",
    "EventSite",
    "EventStep",
    "Feedback",
    "MentorMeeting",
    "Participation",
    "Plan",
    "PlanItem",
    "Registration",
    "SchoolPlaces",
]
