// Asks the token service as an integrator does, with openid-client. Reads {address, issuer, now, clientId, secret, key, method, scope} from the
// standard input: "method" is client_secret_basic, client_secret_post or private_key_jwt with "key" as a private JWK; "now" is in seconds.
// Writes what it was given, what introspection says of the token, and what it says once the token was revoked.
import * as client from "openid-client";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { address, issuer, now, clientId, secret, key, method, scope } = JSON.parse(text);
Date.now = () => now * 1000;

const authentication = {
  client_secret_basic: () => client.ClientSecretBasic(secret),
  client_secret_post: () => client.ClientSecretPost(secret),
  private_key_jwt: () => client.PrivateKeyJwt({ key: privateKey, kid: key.kid }),
};
const algorithm = key?.kty === "RSA" ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } : { name: "ECDSA", namedCurve: "P-256" };
const privateKey = key && await crypto.subtle.importKey("jwk", key, algorithm, false, ["sign"]);

const config = await client.discovery(new URL(issuer), clientId, undefined, authentication[method](), {
  algorithm: "oauth2",
  execute: [client.allowInsecureRequests],
  // The district's public name leads nowhere in a test.
  [client.customFetch]: (url, options) => fetch(url.replace(issuer, address), options),
});
try {
  const token = await client.clientCredentialsGrant(config, scope ? { scope } : undefined);
  const standing = await client.tokenIntrospection(config, token.access_token);
  await client.tokenRevocation(config, token.access_token);
  const { active } = await client.tokenIntrospection(config, token.access_token);
  console.log(JSON.stringify({ type: token.token_type, expires: token.expires_in, standing, active }));
} catch (refusal) {
  console.log(JSON.stringify({ status: refusal.status, error: refusal.error ?? refusal.code, cause: String(refusal.cause ?? refusal) }));
}
