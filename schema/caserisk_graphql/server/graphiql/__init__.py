"""Serve GraphiQL from this package's own files."""

from caserisk_graphql.server.graphiql.page import graphiql_routes, page

__all__ = ["graphiql_routes", "page"]
