/** Apollo Client: HTTP for what is answered once, a WebSocket for what is watched. */

import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";

import { runScenario, type Client } from "./scenario";
import { address, signedIn, socketAddress } from "./surroundings";

const socket = createClient({ url: socketAddress, connectionParams: signedIn });
const apollo = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.split(
    (operation) => operation.operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    new HttpLink({ uri: address, headers: signedIn }),
  ),
});

const client: Client = {
  async query(query, variables) {
    const { data } = await apollo.query({ query, variables, fetchPolicy: "network-only" });
    return given(data);
  },
  async mutate(mutation, variables) {
    const { data } = await apollo.mutate({ mutation, variables });
    return given(data);
  },
  async errors(query, variables) {
    const { error } = await apollo.query({ query, variables, fetchPolicy: "network-only", errorPolicy: "all" });
    if (CombinedGraphQLErrors.is(error)) return error.errors;
    throw error ?? new Error("there was no error");
  },
  watch(query, variables, next, failed) {
    const watching = apollo.subscribe({ query, variables }).subscribe({
      next: ({ data, error }) => (error ? failed(error) : next(given(data))),
      error: failed,
    });
    return () => watching.unsubscribe();
  },
};

function given<T>(data: T | null | undefined): T {
  if (data === null || data === undefined) throw new Error("there is no data");
  return data;
}

await runScenario(client);
apollo.stop();
await socket.dispose();
