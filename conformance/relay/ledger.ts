import { graphql } from "relay-runtime";

/** What relay-compiler compiles. Babel would put its artifacts in their place; clients/relay.ts imports them. */
export const documents = () => [
  graphql`
    query ledgerQuery($first: Int!) {
      viewer {
        officer {
          name
        }
      }
      ...ledger_cases @arguments(first: $first)
    }
  `,
  graphql`
    fragment ledger_cases on Query
    @refetchable(queryName: "ledgerCasesPageQuery")
    @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" }) {
      cases(first: $first, after: $after, orderBy: OPENED_NEWEST) @connection(key: "ledger_cases") {
        totalCount
        edges {
          node {
            id
            number
          }
        }
      }
    }
  `,
  graphql`
    query ledgerCaseQuery($id: ID!) {
      node(id: $id) {
        ...ledger_timeline @alias(as: "case")
      }
    }
  `,
  graphql`
    fragment ledger_timeline on Case
    @refetchable(queryName: "ledgerTimelinePageQuery")
    @argumentDefinitions(last: { type: "Int", defaultValue: 1 }, before: { type: "String" }) {
      id
      version
      timeline(last: $last, before: $before) @connection(key: "ledger_timeline") {
        edges {
          node {
            id
            cursor
            ... on CaseChange {
              kind
            }
          }
        }
      }
    }
  `,
  graphql`
    mutation ledgerOpenMutation($input: OpenCaseInput!, $connections: [ID!]!) {
      openCase(input: $input) {
        case @prependNode(connections: $connections, edgeTypeName: "CaseEdge") {
          id
          number
        }
        cursor
        errors {
          code
          message
        }
      }
    }
  `,
  graphql`
    subscription ledgerEventsSubscription($case: ID!, $after: EventCursor) {
      caseEvents(case: $case, after: $after) {
        id
        cursor
        case {
          id
          version
        }
        ... on CaseChange {
          kind
        }
      }
    }
  `,
];
