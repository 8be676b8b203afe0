"""Terms in Shandong: none. The text says 早发现、早预防、早处理、早息诉, and no number."""

from caserisk.plugin import TermRule

TERMS: tuple[TermRule, ...] = ()
