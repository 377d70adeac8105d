// npm install openai
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "{{url}}",
  apiKey: process.env.GATEWAY_TOKEN,
});

const response = await client.responses.create({
  model: "{{model}}",
  input: "Say hello in one short sentence.",
});
console.log(response.output_text);
