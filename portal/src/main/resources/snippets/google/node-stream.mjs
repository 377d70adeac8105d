// npm install @google/genai
import { GoogleGenAI } from "@google/genai";

const ai = new GoogleGenAI({
  apiKey: process.env.GATEWAY_TOKEN,
  apiVersion: "v1beta",
  httpOptions: { baseUrl: "{{url}}" },
});

const stream = await ai.models.generateContentStream({
  model: "{{model}}",
  contents: "Say hello in one short sentence.",
});
for await (const chunk of stream) {
  process.stdout.write(chunk.text ?? "");
}
console.log();
