"""Network health. So far the ledger: every act is kept from the first day, with the school and level of its moment.

Owns: Activity. Listens to: `foundation.activity.recorded`.
May import: every room below. Nobody but network_portal may import it.
"""
