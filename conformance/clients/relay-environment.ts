/** A Relay environment over HTTP and a WebSocket, and what Relay's hooks do with fragments, without React. */

import { createClient } from "graphql-ws";
import {
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getPaginationMetadata,
  getPaginationVariables,
  getSingularSelector,
  Network,
  Observable,
  RecordSource,
  Store,
  type ConcreteRequest,
  type Direction,
  type GraphQLResponse,
  type ReaderFragment,
  type RequestParameters,
  type Variables,
} from "relay-runtime";

import { address, signedIn, socketAddress } from "./surroundings";

export const socket = createClient({ url: socketAddress, connectionParams: signedIn });
export const environment = new Environment({
  network: Network.create(answer, watch),
  store: new Store(new RecordSource()),
});

/** What a query gives of the store as it is now. */
export function read<Data>(query: ConcreteRequest, variables: Variables): Data {
  return environment.lookup(createOperationDescriptor(query, variables).fragment).data as Data;
}

/** What a fragment gives of the store as it is now. */
export function readFragment<Data>(fragment: ReaderFragment, reference: unknown): Data {
  const selector = getSingularSelector(fragment, reference);
  if (!selector) throw new Error(`nothing holds ${fragment.name}`);
  return environment.lookup(selector).data as Data;
}

/** Fetch the next page of a fragment's connection, as `loadNext` and `loadPrevious` do. */
export async function load(
  direction: Direction,
  count: number,
  fragment: ReaderFragment,
  reference: unknown,
  refetchedBy: Variables = {},
) {
  const { paginationRequest, paginationMetadata, connectionPathInFragmentData } = getPaginationMetadata(
    fragment,
    "conformance",
  );
  const data = readFragment<Record<string, unknown>>(fragment, reference);
  const connection = connectionPathInFragmentData.reduce<unknown>(
    (value, key) => (value as Record<string, unknown>)[key],
    data,
  ) as { pageInfo: { endCursor: string | null; startCursor: string | null } };
  const cursor = connection.pageInfo[direction === "forward" ? "endCursor" : "startCursor"];
  const variables = getPaginationVariables(direction, count, cursor, {}, refetchedBy, paginationMetadata);
  await fetchQuery(environment, paginationRequest, variables).toPromise();
}

async function answer(request: RequestParameters, variables: Variables): Promise<GraphQLResponse> {
  const response = await fetch(address, {
    method: "POST",
    headers: { ...signedIn, "Content-Type": "application/json", Accept: "application/graphql-response+json" },
    body: JSON.stringify({ query: request.text, operationName: request.name, variables }),
  });
  return (await response.json()) as GraphQLResponse;
}

function watch(request: RequestParameters, variables: Variables): Observable<GraphQLResponse> {
  return Observable.create((sink) =>
    socket.subscribe<Record<string, unknown>>(
      { query: request.text ?? "", operationName: request.name, variables },
      { next: (result) => sink.next(result as GraphQLResponse), error: sink.error, complete: sink.complete },
    ),
  );
}
