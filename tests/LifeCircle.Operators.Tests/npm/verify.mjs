// Reads {secret, headers, body, now} from the standard input and writes "accepted" or why the library refused. "now" is in seconds.
import { Webhook } from "standardwebhooks";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { secret, headers, body, now } = JSON.parse(text);
Date.now = () => now * 1000;
try {
  new Webhook(secret).verify(body, headers);
  console.log("accepted");
} catch (refusal) {
  console.log(refusal.message);
}
