"""One module per noun; import nouns from here."""

from events.models.best_practice import BestPracticeSchool, Cohort, CohortSession, Enrolment, MentorMeeting
from events.models.certificate import Certificate, CertificateBatch, CertificateSeries, PaperDesign
from events.models.contest import Appeal, ConsentForm, Contest, Criterion, Juror, Pupil, PupilConsent, Result, Score
from events.models.document import DocumentText, SchoolNotice
from events.models.event import Event, EventSession, EventSite, EventStep
from events.models.feedback import Feedback
from events.models.participation import Participation
from events.models.plan import Plan, PlanItem
from events.models.project import Project, ProjectStage
from events.models.registration import Registration, SchoolPlaces

__all__ = [
    "Appeal",
    "BestPracticeSchool",
    "Certificate",
    "CertificateBatch",
    "CertificateSeries",
    "Cohort",
    "CohortSession",
    "ConsentForm",
    "Contest",
    "Criterion",
    "DocumentText",
    "Enrolment",
    "Event",
    "EventSession",
    "EventSite",
    "EventStep",
    "Feedback",
    "Juror",
    "MentorMeeting",
    "PaperDesign",
    "Participation",
    "Plan",
    "PlanItem",
    "Project",
    "ProjectStage",
    "Pupil",
    "PupilConsent",
    "Registration",
    "Result",
    "SchoolNotice",
    "SchoolPlaces",
    "Score",
]
