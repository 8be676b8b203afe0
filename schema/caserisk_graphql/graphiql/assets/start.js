"use strict";

// Starts GraphiQL against the endpoint the page names, with the token and language of the bar above it.

const main = document.getElementById("graphiql");
const token = document.getElementById("token");
const language = document.getElementById("language");
const root = ReactDOM.createRoot(main);

// The page's policy admits the style that GraphiQL makes at run time by this number.
globalThis.__webpack_nonce__ = main.nonce;

const defaultTabs = [
  {
    query: `# 先在上方粘贴令牌,再按 Ctrl-Enter。
# Paste a token above, press Ctrl-Enter.

query Viewer {
  viewer {
    officer {
      name
    }
    office {
      code
      name
    }
    roles
  }
}
`,
  },
  {
    query: `# 预警的每一次变化,随时送达。
# Every change of a warning, as it comes.

subscription WarningChanges {
  warningChanges {
    cursor
    at
    kind
    status
    summary
  }
}
`,
  },
];

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
