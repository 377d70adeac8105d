// npm install @google/genai
import { GoogleGenAI } from "@google/genai";

const ai = new GoogleGenAI({
  apiKey: process.env.GATEWAY_TOKEN,
  apiVersion: "v1beta",
  httpOptions: { baseUrl: "{{url}}" },
});

const response = await ai.models.generateContent({
  model: "{{model}}",
  contents: "Say hello in one short sentence.",
});
console.log(response.text);
