// npm install openid-client
import * as client from "openid-client";

const config = await client.discovery(
  new URL("{{issuer}}"),
  process.env.GATEWAY_CLIENT_ID,
  process.env.GATEWAY_CLIENT_SECRET,
);
const token = await client.clientCredentialsGrant(config);
console.log(token.access_token);
