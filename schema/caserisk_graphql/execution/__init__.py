"""An operation, from the text of a request to the text of its answer; every door to the API goes through here."""
