"""Plans and events of the network. Nearly empty so far: its nouns come with the calendar.

May import: resources, communities, foundation. Must not know: metrics, network_portal.
"""
