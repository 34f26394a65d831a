// Validates a document of the standard input with OpenActive's own validator, in the mode that is named. Writes each failure and warning.
const { validate } = require("@openactive/data-model-validator");

(async () => {
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  const remarks = await validate(JSON.parse(text), { validationMode: process.argv[2], rpdeItemLimit: 1000 });
  console.log([...new Set(remarks.map(remark => `${remark.severity} ${remark.type} ${remark.path.replace(/\[[0-9]+\]/g, "[]")}: ${remark.message}`))].join("\n"));
})();
