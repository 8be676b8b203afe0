"""Demonstration data: the offices of three regions, their staff, and a year of their cases.

`office_data` lists the offices, `case_kinds` the subjects of cases, `scenarios` the courses that cases take,
`case_steps` and `warning_steps` the single steps of a scenario; `generator` carries all of it out in the order of time.
Names and parties are invented. All is done by the commands that people use, so the rules of each region hold here too.
"""

from caserisk.demo.generator import build_demo, is_empty

__all__ = ["build_demo", "is_empty"]
