"""The indicators of network health as pure functions: plain inputs in, results out, no Django and no database.

The specification is indicators.md; each module says which row of it it computes and which source defines the measure.
`inputs` what the functions are given · `windows`, `calendar` which days count · `result` what they give back · `rules` the conventions ·
`counting` from day roll-ups to totals · `measures`, `survival`, `graphs` the mathematics · `network` the tie graph in figures · one module for each
indicator · `wider` medians over communities · `profile`, `peculiarities`, `verdict`.
"""

from metrics.indicators.inputs import Inputs
from metrics.indicators.network import GraphFigures, graph_figures
from metrics.indicators.report import NAMES, compute
from metrics.indicators.result import FORMULA_VERSION, Reason, Result
from metrics.indicators.thresholds import DEFAULTS, Thresholds
from metrics.indicators.windows import Window

__all__ = ["DEFAULTS", "FORMULA_VERSION", "NAMES", "GraphFigures", "Inputs", "Reason", "Result", "Thresholds", "Window", "compute", "graph_figures"]
