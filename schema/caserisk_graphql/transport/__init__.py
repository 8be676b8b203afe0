"""The doors to the API: GraphQL over HTTP and graphql-transport-ws. What they let in, `execution` answers."""
