"""Deliver entries of the event log to those who follow it, each from a cursor of its own."""
