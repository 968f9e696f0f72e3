"""The people's room in tables (exchange-format.md): municipalities, schools, teachers, communities, goal_versions, memberships, needs."""

from communities.exchange.communities import CommunityExport, CommunityImport, GoalVersionExport, GoalVersionImport
from communities.exchange.memberships import MembershipExport, MembershipImport
from communities.exchange.needs import NeedExport, NeedImport
from communities.exchange.places import MunicipalityExport, MunicipalityImport, SchoolExport, SchoolImport
from communities.exchange.teachers import TeacherExport, TeacherImport

# In an order in which a table refers only to earlier ones.
IMPORTS = (MunicipalityImport, SchoolImport, TeacherImport, CommunityImport, GoalVersionImport, MembershipImport, NeedImport)
EXPORTS = (MunicipalityExport, SchoolExport, TeacherExport, CommunityExport, GoalVersionExport, MembershipExport, NeedExport)
