// npm install @aws-sdk/client-bedrock-runtime
import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";

const client = new BedrockRuntimeClient({
  region: "{{region}}",
  endpoint: "{{url}}",
  token: { token: process.env.GATEWAY_TOKEN },
  authSchemePreference: ["httpBearerAuth"],
});

const response = await client.send(
  new ConverseCommand({
    modelId: "{{model}}",
    messages: [{ role: "user", content: [{ text: "Say hello in one short sentence." }] }],
  }),
);
console.log(response.output.message.content[0].text);
