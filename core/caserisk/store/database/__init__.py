"""The database, and the three ways to it: `read`, `snapshot` and `transaction`."""

from caserisk.store.database.database import Database
from caserisk.store.database.engine import create_engine
from caserisk.store.database.errors import Stale
from caserisk.store.database.snapshot import Row, Snapshot
from caserisk.store.database.transaction import Transaction

__all__ = ["Database", "Row", "Snapshot", "Stale", "Transaction", "create_engine"]
