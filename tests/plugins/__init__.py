"""Scenarios that read like the regulations, region by region."""
