"""Small builders of real rows; one module per room's nouns."""
