"""The indicators of network health as pure functions: plain inputs in, results out, no Django and no database.

The specification is indicators.md; each module below says which row of it it computes and which source defines the measure.
`inputs` what the functions are given · `windows`, `calendar` which days count · `result` what they give back ·
`counting` from day roll-ups to counts · `measures`, `graphs`, `survival` the mathematics · one module for each group.
"""
