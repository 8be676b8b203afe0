// PostGraphile as its guide sets it up: node serve.mjs DATABASE-URL PORT
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const [connectionString, port] = process.argv.slice(2);

const server = createServer();
const served = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString, schemas: ["public", "bench"], poolConfig: { max: 10 } })],
  grafast: { explain: false },
}).createServ(grafserv);
await served.addTo(server);
server.listen(Number(port), "127.0.0.1");
