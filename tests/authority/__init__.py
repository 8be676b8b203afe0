"""Nobody finds what the policy does not grant: every path of the schema, for every role, in offices apart."""
