// @graphql-eslint on the schema and on operations/, by all its rules but those named here.
// To be run in the folder above, where both lie.
import plugin from "@graphql-eslint/eslint-plugin";

const SCHEMA = "schema/schema.graphql";
const OPERATIONS = "conformance/operations/*.graphql";

const rulesOf = (name) => plugin.configs[`flat/${name}`].rules;

const linting = {
  languageOptions: {
    parser: plugin.parser,
    parserOptions: { graphQLConfig: { schema: SCHEMA, documents: OPERATIONS } },
  },
  plugins: { "@graphql-eslint": plugin },
};

const OF_THE_SCHEMA = {
  // Everything has a description, not only types and the root's fields.
  "@graphql-eslint/require-description": [
    "error",
    { types: true, rootField: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true },
  ],
  // Short lists that belong to their object come whole: the reasons of a gate, the steps of a review.
  "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
  // In the order in which people read a form or a file, and in which things happen.
  "@graphql-eslint/alphabetize": "off",
  // What is kept implements Node. The rest are values: a colour, a reason, a count has no identity.
  "@graphql-eslint/strict-id-in-types": "off",
  // It is there to forbid mutations and subscriptions.
  "@graphql-eslint/no-root-type": "off",
  // A payload is always there, since refusals are in its errors; who may not ask at all has no partial answer.
  "@graphql-eslint/require-nullable-result-in-root": "off",
  // What a mutation has changed is in its payload; a whole query beside it would be a second, hidden request.
  "@graphql-eslint/require-field-of-type-query-in-mutation-result": "off",
  // It wants an argument that the specification's @deprecated does not have. A reason is required.
  "@graphql-eslint/require-deprecation-date": "off",
};

const OF_THE_OPERATIONS = {
  // As in the schema.
  "@graphql-eslint/alphabetize": "off",
  // Generators read the whole folder; #import is graphql-tag's.
  "@graphql-eslint/require-import-fragment": "off",
};

export default [
  { files: [SCHEMA], ...linting, rules: { ...rulesOf("schema-all"), ...rulesOf("schema-relay"), ...OF_THE_SCHEMA } },
  { files: [OPERATIONS], ...linting, rules: { ...rulesOf("operations-all"), ...OF_THE_OPERATIONS } },
];
