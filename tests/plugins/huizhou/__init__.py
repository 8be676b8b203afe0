"""Huizhou."""
