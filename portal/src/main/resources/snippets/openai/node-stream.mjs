// npm install openai
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "{{url}}",
  apiKey: process.env.GATEWAY_TOKEN,
});

const stream = await client.responses.create({
  model: "{{model}}",
  input: "Say hello in one short sentence.",
  stream: true,
});
for await (const event of stream) {
  if (event.type === "response.output_text.delta") {
    process.stdout.write(event.delta);
  }
}
console.log();
