"""Checks of this repository beside those of its tools."""
