"""Importing cases from the file that a case-management system exports.

`sheets` turns bytes into rows, `directory` knows the offices that they name, `drafts` makes commands of them, and
`importer` carries them out.
"""

from caserisk.importing.columns import Column
from caserisk.importing.importer import BadRow, ImportReport, import_cases

__all__ = ["BadRow", "Column", "ImportReport", "import_cases"]
