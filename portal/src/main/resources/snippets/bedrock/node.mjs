// npm install @aws-sdk/client-bedrock-runtime @smithy/node-http-handler
import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";

const client = new BedrockRuntimeClient({
  region: "{{region}}",
  endpoint: "{{url}}",
  token: { token: process.env.GATEWAY_TOKEN },
  authSchemePreference: ["httpBearerAuth"],
  requestHandler: new NodeHttpHandler(), // The gateway speaks HTTP/1.1.
});

const response = await client.send(
  new ConverseCommand({
    modelId: "{{model}}",
    messages: [{ role: "user", content: [{ text: "Say hello in one short sentence." }] }],
  }),
);
console.log(response.output.message.content[0].text);
