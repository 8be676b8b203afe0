/** Relay, by what relay-compiler made of relay/: connections that grow by pages and mutations, refetching by node. */

import assert from "node:assert/strict";

import { commitMutation, ConnectionHandler, fetchQuery, requestSubscription, ROOT_ID } from "relay-runtime";

import ledgerCaseQuery, { type ledgerCaseQuery as CaseQuery } from "../generated/relay/ledgerCaseQuery.graphql";
import ledgerEvents, {
  type ledgerEventsSubscription as Events,
} from "../generated/relay/ledgerEventsSubscription.graphql";
import ledgerOpen, { type ledgerOpenMutation as Open } from "../generated/relay/ledgerOpenMutation.graphql";
import ledgerQuery, { type ledgerQuery as Ledger } from "../generated/relay/ledgerQuery.graphql";
import ledgerCases, { type ledger_cases$data as Cases } from "../generated/relay/ledger_cases.graphql";
import ledgerTimeline, { type ledger_timeline$data as Timeline } from "../generated/relay/ledger_timeline.graphql";
import { RecordPetitionDocument } from "../generated/types/graphql";
import { environment, load, read, readFragment, socket } from "./relay-environment";
import { elsewhere, newNumber, office } from "./surroundings";

const FIRST = { first: 2 };

await pages();
const opened = await opens();
await isRefused(opened.number);
await watches(opened);
await goesBack(opened.id);
await socket.dispose();

async function pages() {
  await fetchQuery<Ledger>(environment, ledgerQuery, FIRST).toPromise();
  assert.ok(read<Ledger["response"]>(ledgerQuery, FIRST).viewer.officer.name);
  assert.equal(cases().length, 2);
  await load("forward", 2, ledgerCases, read(ledgerQuery, FIRST));
  assert.equal(new Set(cases().map(({ id }) => id)).size, 4);
}

async function opens() {
  const number = newNumber();
  const { openCase } = await open(number);
  assert.deepEqual(openCase.errors, []);
  assert.ok(openCase.case && openCase.cursor);
  assert.equal(cases().length, 5);
  assert.equal(cases()[0]?.number, number);
  return { id: openCase.case.id, number, cursor: openCase.cursor };
}

async function isRefused(taken: string) {
  const { openCase } = await open(taken);
  assert.equal(openCase.errors.length, 1);
  assert.equal(cases().length, 5);
  const wrong = fetchQuery(environment, ledgerQuery, { first: 0 }).toPromise();
  await assert.rejects(wrong, ({ source }) => source.errors[0].extensions.code === "BAD_INPUT");
}

async function watches({ id, cursor }: { id: string; cursor: string }) {
  await petition(id);
  const kinds: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    const watching = requestSubscription<Events>(environment, {
      subscription: ledgerEvents,
      variables: { case: id, after: cursor },
      onNext(event) {
        if (event?.caseEvents.kind === "NOTICES_SENT") return; // who is told of a petition
        kinds.push(event?.caseEvents.kind);
        if (kinds.length === 1) petition(id).catch(reject);
        if (kinds.length === 2) {
          watching.dispose();
          resolve();
        }
      },
      onError: reject,
    });
  });
  assert.deepEqual(kinds, ["PETITION_RECORDED", "PETITION_RECORDED"]);
}

/** The latest entry of a case's file, then the one before it: its connection is read from the end. */
async function goesBack(id: string) {
  await fetchQuery<CaseQuery>(environment, ledgerCaseQuery, { id }).toPromise();
  assert.deepEqual(timeline(id), ["NOTICES_SENT"]);
  await load("backward", 2, ledgerTimeline, caseOf(id), { id });
  assert.equal(timeline(id).length, 3);
  assert.deepEqual(timeline(id).slice(1), ["PETITION_RECORDED", "NOTICES_SENT"]);
}

function cases() {
  return readFragment<Cases>(ledgerCases, read(ledgerQuery, FIRST)).cases.edges.map(({ node }) => node);
}

function timeline(id: string) {
  return readFragment<Timeline>(ledgerTimeline, caseOf(id)).timeline.edges.map(({ node }) => node.kind);
}

function caseOf(id: string) {
  return read<CaseQuery["response"]>(ledgerCaseQuery, { id }).node?.case;
}

async function open(number: string): Promise<Open["response"]> {
  const input = { number, title: "A case", cause: "traffic", office };
  const connections = [ConnectionHandler.getConnectionID(ROOT_ID, "ledger_cases", { orderBy: "OPENED_NEWEST" })];
  return new Promise((onCompleted, onError) =>
    commitMutation<Open>(environment, {
      mutation: ledgerOpen,
      variables: { input, connections },
      onCompleted,
      onError,
    }),
  );
}

async function petition(id: string) {
  const input = { case: id, channel: "letter", description: "conformance" };
  const { recordPetition } = await elsewhere(RecordPetitionDocument, { input });
  assert.deepEqual(recordPetition.errors, []);
}
