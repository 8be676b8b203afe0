/** graphql-ws: everything over one WebSocket; and what it is told where it may not come in. */

import assert from "node:assert/strict";

import { CloseCode, createClient, type Client as Socket } from "graphql-ws";

import { runScenario } from "./scenario";
import { streaming } from "./streaming";
import { signedIn, socketAddress } from "./surroundings";

let answered = () => {};
const pong = new Promise<void>((resolve) => (answered = resolve));
const socket = createClient({
  url: socketAddress,
  connectionParams: signedIn,
  lazy: false,
  keepAlive: 100,
  on: { pong: (received) => received && answered() },
});

await runScenario(streaming((request, sink) => socket.subscribe(request, sink)));
await pong; // or the test waits in vain
await socket.dispose();

for (const connectionParams of [{}, { Authorization: "Bearer nonsense" }]) {
  const stranger = createClient({ url: socketAddress, connectionParams, retryAttempts: 0 });
  assert.equal(await closedWith(stranger), CloseCode.Forbidden);
}

/** The code of the close frame that a client meets. */
async function closedWith(client: Socket): Promise<number> {
  const closed = new Promise<number>((resolve) => client.on("closed", (event) => resolve((event as CloseEvent).code)));
  client.subscribe({ query: "{ __typename }" }, { next() {}, complete() {}, error() {} });
  return closed;
}
