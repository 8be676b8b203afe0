"""Benchmarks: the API beside a raw SQL statement, an ordinary Strawberry server and PostGraphile, on the same tables.

`load` fills a database, `queries` says what is asked and `servers` who is asked; `measure` lets them take turns,
`goals` says what is wanted and `report` writes what came out. ``python -m bench`` does it all.
"""
