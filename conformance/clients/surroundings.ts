/** What a client is started with: the server's address, and tokens of a case manager and of somebody else. */

import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";

export const address = variable("CONFORMANCE_ADDRESS");
export const socketAddress = address.replace(/^http/, "ws");
export const office = variable("CONFORMANCE_OFFICE");
export const signedIn = headersOf("CONFORMANCE_TOKEN");

/** A case number nobody has used. */
export const newNumber = () => `conformance ${crypto.randomUUID()}`;

/** What a complaints officer does meanwhile, by no client library. */
export async function elsewhere<T, V>(document: TypedDocumentNode<T, V>, variables: V): Promise<T> {
  const response = await fetch(address, {
    method: "POST",
    headers: {
      ...headersOf("CONFORMANCE_OTHER_TOKEN"),
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json",
    },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const answer = (await response.json()) as { data: T; errors?: unknown };
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

function headersOf(token: string) {
  return { Authorization: `Bearer ${variable(token)}`, "Accept-Language": "en" };
}

export function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
