// npm install openai
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "{{url}}",
  apiKey: process.env.GATEWAY_TOKEN,
});

const completion = await client.chat.completions.create({
  model: "{{model}}",
  messages: [{ role: "user", content: "Say hello in one short sentence." }],
});
console.log(completion.choices[0].message.content);
