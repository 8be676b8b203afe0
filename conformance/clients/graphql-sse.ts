/** graphql-sse: everything as server-sent events, a connection for each operation. */

import { createClient } from "graphql-sse";

import { runScenario } from "./scenario";
import { streaming } from "./streaming";
import { address, signedIn } from "./surroundings";

const events = createClient({ url: address, headers: signedIn, retryAttempts: 0 });

await runScenario(streaming((request, sink) => events.subscribe(request, sink)));
events.dispose();
