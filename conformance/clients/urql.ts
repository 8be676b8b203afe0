/** urql: GET for queries, POST for mutations, a WebSocket for what is watched. */

import { cacheExchange, Client as Urql, fetchExchange, subscriptionExchange, type OperationResult } from "@urql/core";
import { createClient } from "graphql-ws";

import { runScenario, type Client } from "./scenario";
import { address, signedIn, socketAddress } from "./surroundings";

const socket = createClient({ url: socketAddress, connectionParams: signedIn });
const urql = new Urql({
  url: address,
  fetchOptions: { headers: signedIn },
  exchanges: [
    cacheExchange,
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query = "", ...request }) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query }, sink as never) }),
      }),
    }),
  ],
});

const client: Client = {
  query: async (document, variables) => given(await urql.query(document, variables)),
  mutate: async (document, variables) => given(await urql.mutation(document, variables)),
  async errors(document, variables) {
    const { error } = await urql.query(document, variables);
    if (!error?.graphQLErrors.length) throw error ?? new Error("there was no error");
    return error.graphQLErrors;
  },
  watch(document, variables, next, failed) {
    const watching = urql.subscription(document, variables).subscribe((result) => {
      if (result.error) failed(result.error);
      else if (result.data) next(result.data);
    });
    return () => watching.unsubscribe();
  },
};

function given<T>({ data, error }: OperationResult<T>): T {
  if (error ?? !data) throw error ?? new Error("there is no data");
  return data as T;
}

await runScenario(client);
await socket.dispose();
