"""Plans, events, pupils' contests, best-practice schools and joint projects of the network.

Owns: BestPracticeSchool, Cohort, CohortSession, Enrolment, MentorMeeting,
  Plan, PlanItem, Event, EventSite, EventSession, EventStep, SchoolPlaces, Participation, Registration.
Announces: attended, organised (one of them a person and held event), carried-out-item.
May import: resources, communities, foundation. Must not know: metrics, network_portal.
"""
