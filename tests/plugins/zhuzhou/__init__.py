"""Zhuzhou."""
