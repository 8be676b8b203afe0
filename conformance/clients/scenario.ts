/** What every client does: it reads, pages, writes, is refused, and watches what another client does. */

import assert from "node:assert/strict";

import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { parse, type GraphQLFormattedError } from "graphql";

import {
  CaseEventsDocument,
  CasesDocument,
  OpenCaseDocument,
  RecordPetitionDocument,
  ViewerDocument,
} from "../generated/types/graphql";
import { elsewhere, newNumber, office } from "./surroundings";

const PATIENCE = 15_000; // milliseconds

/** A client library behind the same few words. */
export interface Client {
  query<T, V extends Variables>(document: TypedDocumentNode<T, V>, variables: V): Promise<T>;
  mutate<T, V extends Variables>(document: TypedDocumentNode<T, V>, variables: V): Promise<T>;
  /** The GraphQL errors that a query ends with, as the library shows them. */
  errors<T, V extends Variables>(document: TypedDocumentNode<T, V>, variables: V): Promise<readonly Shown[]>;
  /** Tells `next` of each event, or `failed` once; gives what ends it. */
  watch<T, V extends Variables>(
    document: TypedDocumentNode<T, V>,
    variables: V,
    next: (data: T) => void,
    failed: (error: unknown) => void,
  ): () => void;
}

export type Variables = Record<string, unknown>;
export type Shown = Pick<GraphQLFormattedError, "message" | "extensions">;

/** Play it all. */
export async function runScenario(client: Client): Promise<void> {
  await reads(client);
  await pages(client);
  const opened = await writes(client);
  await isRefused(client, opened.number);
  await watches(client, opened);
}

async function reads(client: Client): Promise<void> {
  const { viewer } = await client.query(ViewerDocument, {});
  assert.equal(viewer.office.code, office);
  assert.deepEqual(viewer.roles, ["CASE_MANAGER"]);
}

async function pages(client: Client): Promise<void> {
  const { cases: first } = await client.query(CasesDocument, { first: 2 });
  assert.ok(first.pageInfo.hasNextPage);
  assert.equal(first.edges.at(-1)?.cursor, first.pageInfo.endCursor);
  const { cases: second } = await client.query(CasesDocument, { first: 2, after: first.pageInfo.endCursor ?? null });
  const ids = [...first.edges, ...second.edges].map((edge) => edge.node.id);
  assert.equal(new Set(ids).size, first.edges.length + second.edges.length);
}

async function writes(client: Client): Promise<Opened> {
  const number = newNumber();
  const { openCase } = await client.mutate(OpenCaseDocument, { input: input(number) });
  assert.deepEqual(openCase.errors, []);
  assert.equal(openCase.case?.number, number);
  assert.ok(openCase.cursor);
  return { id: openCase.case.id, number, cursor: openCase.cursor };
}

async function isRefused(client: Client, taken: string): Promise<void> {
  const { openCase } = await client.mutate(OpenCaseDocument, { input: input(taken) });
  assert.equal(openCase.case, null);
  assert.deepEqual(
    openCase.errors.map((error) => error.path),
    [["number"]],
  );
  const cursor = await client.errors(CasesDocument, { first: 2, after: "nonsense" });
  assert.deepEqual(
    cursor.map((error) => error.extensions?.["code"]),
    ["BAD_INPUT"],
  );
  const field = await client.errors(parse("query Unknown { nonsense }"), {});
  assert.match(field[0]?.message ?? "no error", /nonsense/);
  const variable = await client.errors(CasesDocument, { first: "two" as unknown as number });
  assert.match(variable[0]?.message ?? "no error", /first/);
}

/** The log is told from a cursor on, then as it grows; who comes back with the cursor last seen misses nothing. */
async function watches(client: Client, opened: Opened): Promise<void> {
  await petition(opened.id);
  const [before, live] = await take(client, opened, opened.cursor, () => petition(opened.id));
  await petition(opened.id);
  const [again, missed] = await take(client, opened, before.cursor);
  assert.equal(again.cursor, live.cursor);
  assert.equal(new Set([before.cursor, live.cursor, missed.cursor]).size, 3);
}

/** The next two events after a cursor; something is done once the first of them has come. */
async function take(client: Client, opened: Opened, after: string, meanwhile?: () => Promise<void>) {
  const taken: { cursor: string }[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`after ${PATIENCE} ms there were ${taken.length} events`)), PATIENCE);
  const stop = client.watch(
    CaseEventsDocument,
    { case: opened.id, after },
    ({ caseEvents: event }) => {
      if (event.__typename === "CaseChange" && event.kind === "NOTICES_SENT") return; // who is told of a petition
      taken.push(event);
      if (event.__typename !== "CaseChange" || event.kind !== "PETITION_RECORDED")
        reject(new Error(`an event that is no petition: ${JSON.stringify(event)}`));
      if (taken.length === 1) meanwhile?.().catch(reject);
      if (taken.length === 2) resolve();
    },
    reject,
  );
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    stop();
  }
  const [first, second] = taken;
  assert.ok(first && second);
  return [first, second] as const;
}

async function petition(id: string): Promise<void> {
  const { recordPetition } = await elsewhere(RecordPetitionDocument, {
    input: { case: id, channel: "letter", description: "conformance" },
  });
  assert.deepEqual(recordPetition.errors, []);
}

const input = (number: string) => ({ number, title: "A case", cause: "traffic", office });

interface Opened {
  id: string;
  number: string;
  cursor: string;
}
