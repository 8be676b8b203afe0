"""The types of the API, each a data sheet of what its fields read."""
