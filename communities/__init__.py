"""The ground of the network: who people are, where they work, and which communities they form.

Owns: Municipality, School, Teacher, Employment, PaperCode, Subject, ProblemArea, EducationLevel, Position, Community,
GoalVersion, GoalEndorsement, Membership, JoinRequest, Invitation, Need, NeedStep, Partnership, PartnershipStep, SchoolFact,
Questionnaire, ConsentText, Consent, AuditEntry, Notification, NoticeWish, Topic, Post, PostVersion, PostFile, PostLink, PostReport, Mention, Useful, TopicRead.
Offers upper rooms: `actions.notify.notify` (tell people a fact), `letters.letter` (a letter with its one-click end).
Announces: joined, left, invited, founded, endorsed-goal, set-goal, confirmed-teacher, agreed-partnership, finished-partnership (none of
them is a qualifying act); opened-need and answered-need (both are).
May import: foundation. Must not know: resources, events, metrics, network_portal.
"""
