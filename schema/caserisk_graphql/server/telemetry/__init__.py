"""Report on a running server: a log line per request, metrics, and health. Nothing in them is read from a case."""
