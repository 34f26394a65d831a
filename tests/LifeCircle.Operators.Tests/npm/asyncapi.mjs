// Reads an AsyncAPI 3.0 document from the standard input, checks it against the official JSON Schema, and writes "valid" or the errors.
// Then, for each line of {"type", "body"} in a second argument's file: whether the body is what the document says of that type.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const require = createRequire(import.meta.url);
let text = "";
for await (const chunk of process.stdin) text += chunk;
const document = JSON.parse(text);

const official = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false, validateFormats: false, unicodeRegExp: false });
const schema = require("@asyncapi/specs/schemas/3.0.0.json");
const complaints = official.validate(schema, document) ? [] : official.errors.map(error => `${error.instancePath} ${error.message}`);

// Every reference leads somewhere.
const resolve = reference => reference.slice(2).split("/").reduce((at, member) => at?.[member], document);
JSON.stringify(document, (key, value) => {
  if (key === "$ref" && resolve(value) === undefined) complaints.push(`${value} leads nowhere`);
  return value;
});

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: "document", components: document.components });
for (const line of readFileSync(process.argv[2], "utf8").split("\n").filter(Boolean)) {
  const { type, body } = JSON.parse(line);
  const payload = JSON.parse(JSON.stringify(document.components.messages[type].payload).replaceAll('"#/', '"document#/'));
  if (!ajv.validate(payload, body)) complaints.push(...ajv.errors.map(error => `${type} ${error.instancePath} ${error.message}`));
}
console.log(complaints.length === 0 ? "valid" : complaints.slice(0, 20).join("\n"));
