"""Who is asked: our server in both its ways, and those it is held against."""
