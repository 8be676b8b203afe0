"""Warnings in the made-up city: what is attested at the end, and a measure of its own."""

from caserisk.plugin import ClosingCondition, Measure, Text
from caserisk_yangli.sources import YLI_09

CLOSING_CONDITIONS = (
    ClosingCondition(key="visited", label=Text("已回访当事人", "The party was visited again"), reasons=(YLI_09,)),
    ClosingCondition(key="reported", label=Text("已向控申部门反馈结果", "The hub was told"), reasons=(YLI_09,)),
)

MEASURES = (Measure(key="home-visit", label=Text("上门走访", "A visit to the party's home")),)
"""YLI-11 「处置措施包括上门走访」"""
