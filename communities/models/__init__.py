"""One module per noun; import nouns from here."""

from communities.models.audit import AuditEntry
from communities.models.calendar import CalendarToken
from communities.models.community import Community, GoalEndorsement, GoalVersion
from communities.models.consent import Consent, ConsentText
from communities.models.discussion import Mention, Post, PostFile, PostLink, PostVersion, Topic, TopicRead, Useful
from communities.models.membership import Invitation, JoinRequest, Membership, MembershipRole
from communities.models.need import Need, NeedStep
from communities.models.notification import NoticeWish, Notification
from communities.models.partnership import Partnership, PartnershipStep
from communities.models.passport import Questionnaire, SchoolFact
from communities.models.post_report import PostReport
from communities.models.reference import CommunityForm, EducationLevel, Position, ProblemArea, Subject, SubjectGrades
from communities.models.school import Municipality, School, SchoolPeculiarity
from communities.models.teacher import Employment, PaperCode, Teacher

__all__ = [
    "AuditEntry",
    "CalendarToken",
    "Community",
    "CommunityForm",
    "Consent",
    "ConsentText",
    "EducationLevel",
    "Employment",
    "GoalEndorsement",
    "GoalVersion",
    "Invitation",
    "JoinRequest",
    "Membership",
    "MembershipRole",
    "Mention",
    "Municipality",
    "Need",
    "NeedStep",
    "NoticeWish",
    "Notification",
    "PaperCode",
    "Partnership",
    "PartnershipStep",
    "Position",
    "Post",
    "PostFile",
    "PostLink",
    "PostReport",
    "PostVersion",
    "ProblemArea",
    "Questionnaire",
    "School",
    "SchoolFact",
    "SchoolPeculiarity",
    "Subject",
    "SubjectGrades",
    "Teacher",
    "Topic",
    "TopicRead",
    "Useful",
]
