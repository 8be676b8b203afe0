"""The compiler answers as the reference executor does: random documents over awkward data, and what it costs."""
