"""Demonstration data: three regions, everybody in them, and a year of their cases.

`offices` says who is where, `kinds` what cases are about, `plots` how they go, `acts` what happens in them, and
`building` lets the year pass. Names and parties are invented. All is done by the commands that people use, so the
rules of each region hold here as they do for them.
"""

from caserisk.demo.building import build, is_empty

__all__ = ["build", "is_empty"]
