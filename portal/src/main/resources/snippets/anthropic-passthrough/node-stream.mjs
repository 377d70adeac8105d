// npm install @anthropic-ai/sdk
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  baseURL: "{{url}}",
  authToken: process.env.ANTHROPIC_AUTH_TOKEN,
  defaultHeaders: { "X-Redpanda-Cloud-Token": process.env.GATEWAY_TOKEN },
});

const stream = client.messages.stream({
  model: "{{model}}",
  max_tokens: 1024,
  messages: [{ role: "user", content: "Say hello in one short sentence." }],
});
stream.on("text", (text) => process.stdout.write(text));
await stream.finalMessage();
console.log();
