/** The clients of a transport alone, which answer everything as a stream of results. */

import { print, type ExecutionResult } from "graphql";

import type { Client, Shown, Variables } from "./scenario";

interface Request {
  query: string;
  variables: Variables;
}

interface Sink {
  next(result: ExecutionResult<Record<string, unknown>, unknown>): void;
  error(error: unknown): void;
  complete(): void;
}

type Subscribe = (request: Request, sink: Sink) => () => void;

/** A client of the scenario, from the `subscribe` of a transport's. */
export function streaming(subscribe: Subscribe): Client {
  const answer: Client["query"] = async <T>(document: Parameters<typeof print>[0], variables: Variables) => {
    const result = await once(subscribe, { query: print(document), variables });
    if (result.errors) throw new Error(JSON.stringify(result.errors));
    return result.data as T;
  };
  return {
    query: answer,
    mutate: answer,
    async errors(document, variables) {
      const result = await once(subscribe, { query: print(document), variables });
      if (!result.errors) throw new Error("there was no error");
      return result.errors;
    },
    watch: (document, variables, next, failed) =>
      subscribe(
        { query: print(document), variables },
        {
          next: ({ data, errors }) => (errors ? failed(new Error(JSON.stringify(errors))) : next(data as never)),
          error: failed,
          complete() {},
        },
      ),
  };
}

/** The one result of a query or a mutation; one that is not executed ends with a list of errors. */
async function once(subscribe: Subscribe, request: Request): Promise<{ data?: unknown; errors?: readonly Shown[] }> {
  return new Promise((resolve, reject) => {
    let result: ExecutionResult | undefined;
    subscribe(request, {
      next: (received) => (result = received as ExecutionResult),
      error: (error) => (Array.isArray(error) ? resolve({ errors: error }) : reject(error)),
      complete: () => (result ? resolve(result) : reject(new Error("there was no result"))),
    });
  });
}
