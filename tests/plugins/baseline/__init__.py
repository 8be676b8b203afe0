"""An office of no region, regulated by the baseline alone."""
