"""Importing cases from the CSV file that a case-management system exports.

`csv_file` parses bytes into rows of cases, `office_directory` resolves the offices that they name, `case_drafts` turns
them into commands, `existing_cases` leaves out those that were imported before, and `importer` carries them out.
"""

from caserisk.importing.csv_columns import ImportColumn
from caserisk.importing.importer import ImportReport, RowProblem, import_cases

__all__ = ["ImportColumn", "ImportReport", "RowProblem", "import_cases"]
