// Walks a feed with OpenActive's own validator. Writes each of its remarks as "severity: message".
const { RpdeValidator } = require("@openactive/rpde-validator");

RpdeValidator(process.argv[2], { pageLimit: 50, requestDelayMs: 0 }).then(log => {
  const remarks = log.pages.flatMap(page => page.errors);
  console.log([...new Set(remarks.map(remark => `${remark.severity}: ${remark.message}`))].join("\n"));
});
