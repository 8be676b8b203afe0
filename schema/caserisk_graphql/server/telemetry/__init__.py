"""What an installation shows of itself: a log of operations, metrics, and whether it is well. Nothing of any case."""
