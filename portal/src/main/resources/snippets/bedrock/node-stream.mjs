// npm install @aws-sdk/client-bedrock-runtime @smithy/node-http-handler
import { BedrockRuntimeClient, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";

const client = new BedrockRuntimeClient({
  region: "{{region}}",
  endpoint: "{{url}}",
  token: { token: process.env.GATEWAY_TOKEN },
  authSchemePreference: ["httpBearerAuth"],
  requestHandler: new NodeHttpHandler(), // The gateway speaks HTTP/1.1.
});

const response = await client.send(
  new ConverseStreamCommand({
    modelId: "{{model}}",
    messages: [{ role: "user", content: [{ text: "Say hello in one short sentence." }] }],
  }),
);
for await (const event of response.stream) {
  process.stdout.write(event.contentBlockDelta?.delta?.text ?? "");
}
console.log();
