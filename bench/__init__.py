"""One script per promise of speed; each prints ours beside a reference measured in the same run."""
