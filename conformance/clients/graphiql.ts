/** Runs the tour of GraphiQL in a browser that finds no host but the server: one line of JSON for each tab, and what it
 * asked of whom. A picture of each tab is left in a folder. */

import { chromium } from "playwright-core";

import { address, variable } from "./surroundings";

const PATIENCE = 60_000;
const CASE = "case_…";
/** What stands in the tour for the id that a step before has found. */

const { host } = new URL(address);
const browser = await chromium.launch({
  executablePath: variable("CONFORMANCE_BROWSER"),
  args: ["--no-sandbox", `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${host.split(":")[0]}`],
});
const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: "zh-CN" });
page.setDefaultTimeout(PATIENCE);
const asked = new Set<string>();
const complaints: string[] = [];
page.on("request", (request) => asked.add(new URL(request.url()).host));
page.on("console", (said) => {
  if (["error", "warning"].includes(said.type())) complaints.push(said.text());
});
page.on("pageerror", (error) => complaints.push(String(error)));

await page.goto(address);
await signIn(variable("CONFORMANCE_TOKEN"));
const tabs = await page.locator(".graphiql-tab-button").count();
let found: string | undefined;
for (let number = 0; number < tabs; number++) {
  if (number === tabs - 1) await signIn(variable("CONFORMANCE_OTHER_TOKEN"));
  await page.locator(".graphiql-tab-button").nth(number).click();
  if (found) await putIn(found);
  await page.waitForTimeout(1500); // GraphiQL looks for the operation's name a moment later
  const answer = await run();
  found ??= /"id": "(case_\w+)"/.exec(answer)?.[1];
  await page.screenshot({ path: `${variable("CONFORMANCE_PICTURES")}/tab-${number + 1}.png` });
  console.log(JSON.stringify({ tab: number + 1, answer }));
}
console.log(JSON.stringify({ asked: [...asked], complaints }));
await browser.close();

/** Give the page a token; it reads the schema again as whoever that is of. */
async function signIn(token: string) {
  await page.locator(".graphiql-tab-button").first().waitFor();
  const read = page.waitForResponse((response) => response.request().postData()?.includes("__schema") ?? false);
  await page.fill("#token", token);
  await page.press("#token", "Tab");
  await read;
}

/** Write an id into the document where it belongs. */
async function putIn(id: string) {
  await page.evaluate(
    ([mark, id]) => {
      const shown = document.querySelector<HTMLElement & { CodeMirror: { getValue(): string; setValue(to: string): void } }>(
        ".graphiql-query-editor .CodeMirror",
      );
      const editor = shown?.CodeMirror;
      const text = editor?.getValue() ?? "";
      if (text.includes(mark)) editor?.setValue(text.replace(mark, id));
    },
    [CASE, id] as const,
  );
}

/** Carry the tab's operation out; gives what is shown then. */
async function run(): Promise<string> {
  await page.locator(".graphiql-execute-button").click();
  const shown = await page.waitForFunction(() => {
    const result = document.querySelector<HTMLElement & { CodeMirror: { getValue(): string } }>(".result-window .CodeMirror");
    const text = result?.CodeMirror.getValue() ?? "";
    return /"(data|errors)"/.test(text) && text;
  });
  return String(await shown.jsonValue());
}
