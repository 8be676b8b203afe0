"""Public suites and clients against a running server: ``make conformance``."""
