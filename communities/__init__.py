"""The ground of the network: who people are, where they work, and which communities they form.

Owns: Municipality, School, Teacher, Employment, PaperCode, Subject, ProblemArea, EducationLevel, Position, Community,
GoalVersion, GoalEndorsement, Membership, JoinRequest, Invitation, ConsentText, Consent, AuditEntry.
Announces: joined, left, invited, founded, endorsed-goal, set-goal, confirmed-teacher (none of them is a qualifying act).
May import: foundation. Must not know: resources, events, metrics, network_portal.
"""
