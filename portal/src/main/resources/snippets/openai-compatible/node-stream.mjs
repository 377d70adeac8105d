// npm install openai
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "{{url}}",
  apiKey: process.env.GATEWAY_TOKEN,
});

const stream = await client.chat.completions.create({
  model: "{{model}}",
  messages: [{ role: "user", content: "Say hello in one short sentence." }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}
console.log();
