/** The audits of graphql-http, one line of JSON each; nobody is signed in. */

import { auditServer } from "graphql-http";

import { address } from "./surroundings";

for (const result of await auditServer({ url: address })) {
  const { id, name, status } = result;
  console.log(JSON.stringify({ id, name, status, reason: "reason" in result ? result.reason : null }));
}
