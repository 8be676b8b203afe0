"use strict";

// Starts GraphiQL against the endpoint the page names, with the token and language of the bar above it.

const main = document.getElementById("graphiql");
const token = document.getElementById("token");
const language = document.getElementById("language");
const root = ReactDOM.createRoot(main);

// The page's policy admits the style that GraphiQL makes at run time by this number.
globalThis.__webpack_nonce__ = main.nonce;

// The tour of the README, a tab for each step.
const defaultTabs = [
  `# 1. 先在上方粘贴令牌,再按 Ctrl-Enter。我是谁,有什么到期?
# Paste a token above, press Ctrl-Enter. Who am I, and what is due?

query WhatIsDue {
  viewer { officer { name } office { name } roles }
  cases(first: 2, where: { open: true }) {
    totalCount
    nodes { number title level { label } activeWarning { status dueAt overdue } }
  }
}
`,
  `# 2. 此处适用哪些规定?
# Which rules hold here?

query WhichRules {
  regulation(office: "430200") {
    scheme { name levels { label } }
    terms { level { label } term reasons { rule assumed citation { quote } } }
  }
}
`,
  `# 3. 找一个案件;它的 id 用于后两步。
# Find a case; its id goes into the next two.

query FindCase {
  case(number: "株检刑检受〔2026〕9号") { id title gates { act open reasons { rule text } } }
}
`,
  `# 4. 未经评估,不得作出处理决定。
# Until it is assessed, its gate is closed, and says why.

mutation RecordDecision {
  recordAct(input: { case: "case_…", act: DISPOSITION_DECISION, description: "拟不起诉" }) {
    case { version }
    errors { code message reasons { rule } }
  }
}
`,
  `# 5. 评估案件。
# The case is assessed.

mutation Assess {
  submitAssessment(input: {
    case: "case_…", hasRisk: true, proposedLevel: "level-3"
    answers: [{ factor: "party-reaction", value: "strong" }]
    plan: { sections: [{ key: "risks", text: "被害人家属情绪激动" }] }
  }) {
    assessment { status derivedLevel { label } nextReview { label role } pendingIssue { roles } }
    cursor
    errors { message }
  }
}
`,
  `# 6. 预警的每一次变化,随时送达;令牌宜用 COMPLAINTS_OFFICER 的。
# Every change of a warning, as it comes; with a token of a COMPLAINTS_OFFICER.

subscription WarningChanges {
  warningChanges(after: "log_0") { cursor kind at summary level { label } status case { number } }
}
`,
].map((query) => ({ query }));

function remember(field, key, initial) {
  field.value = sessionStorage.getItem(key) ?? initial;
  field.addEventListener("change", () => {
    field.reportValidity();
    sessionStorage.setItem(key, field.value);
    render();
  });
}

function whoAsks() {
  const bearer = token.value.trim().replace(/^Bearer\s+/i, "");
  const authorization = bearer ? { Authorization: `Bearer ${bearer}` } : {};
  return { "Accept-Language": language.value, ...authorization };
}

function render() {
  const url = new URL(main.dataset.endpoint, location.href);
  const fetcher = GraphiQL.createFetcher({
    url: url.href,
    headers: { Accept: "application/graphql-response+json, application/json", ...whoAsks() },
    subscriptionUrl: url.href.replace(/^http/, "ws"),
    wsConnectionParams: whoAsks(),
    enableIncrementalDelivery: false,
  });
  // A new fetcher makes GraphiQL read the schema again, as the one who now asks.
  root.render(React.createElement(GraphiQL, { fetcher, defaultTabs, defaultQuery: "", shouldPersistHeaders: false }));
}

remember(token, "caserisk:token", "");
remember(language, "caserisk:language", navigator.language.startsWith("zh") ? "zh" : "en");
render();
