"""Execute GraphQL operations, from the text of a request to the text of its response; without HTTP and tokens."""
