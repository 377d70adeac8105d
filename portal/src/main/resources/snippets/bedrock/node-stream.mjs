// npm install @aws-sdk/client-bedrock-runtime
import { BedrockRuntimeClient, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";

const client = new BedrockRuntimeClient({
  region: "{{region}}",
  endpoint: "{{url}}",
  token: { token: process.env.GATEWAY_TOKEN },
  authSchemePreference: ["httpBearerAuth"],
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
