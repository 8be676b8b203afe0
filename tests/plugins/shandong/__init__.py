"""Shandong, the province and offices beneath it."""
