"""The ground floor: shared machinery without a noun of its own. No tables, imports no app.

Owns (a closed list): the activity signal, closed lists Kind and InteractionLevel, route policies, files, text search,
the exchange tables' machinery, rows in bulk, abstract models, template tags.
Must not know: any room above it.
"""
