"""Commands: what can be done, each decided by pure code and written in one short transaction."""
