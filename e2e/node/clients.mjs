// Calls with an official client, unmodified: only its base URL, its key and, for tests of failures,
// a header are ours.
//
//   node clients.mjs <anthropic|bedrock|google|openai> <calls>
//
// where <calls> is a JSON array of { scenario, url, token, model, says, headers }. Prints a JSON array
// of what the client made of each answer.
import Anthropic from "@anthropic-ai/sdk";
import {
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { ApiError, GoogleGenAI } from "@google/genai";
import OpenAI, { toFile } from "openai";

const CITY = { type: "object", properties: { city: { type: "string" } } };

async function pieces(stream, textOf) {
  const texts = [];
  for await (const event of stream) {
    const text = textOf(event);
    if (text) {
      texts.push(text);
    }
  }
  return { text: texts.join(""), pieces: texts.length };
}

const openai = ({ url, token, model, says, headers }) => {
  const client = new OpenAI({ baseURL: url, apiKey: token, maxRetries: 0, defaultHeaders: headers });
  const chat = (more) =>
    client.chat.completions.create({ model, messages: [{ role: "user", content: says }], ...more });
  const tools = [{ type: "function", function: { name: "get_weather", parameters: CITY } }];
  return {
    plain: async () => {
      const answer = await chat({});
      return { text: answer.choices[0].message.content, tokens: answer.usage.total_tokens };
    },
    stream: async () =>
      pieces(await chat({ stream: true }), (chunk) => chunk.choices[0].delta.content),
    tools: async () => {
      const answer = await chat({ tools });
      const call = answer.choices[0].message.tool_calls[0].function;
      return { tool: call.name, input: JSON.parse(call.arguments) };
    },
    streamTools: async () => {
      const call = { name: "", input: "" };
      for await (const chunk of await chat({ stream: true, tools })) {
        const piece = chunk.choices[0].delta.tool_calls?.[0].function;
        call.name += piece?.name ?? "";
        call.input += piece?.arguments ?? "";
      }
      return { tool: call.name, input: JSON.parse(call.input) };
    },
    transcribe: async () => {
      const file = await toFile(Buffer.from("RIFF"), "sound of ä.wav");
      return { text: (await client.audio.transcriptions.create({ model, file })).text };
    },
    upload: async () => {
      const file = await toFile(Buffer.from("{}"), "lines.jsonl");
      return { bytes: (await client.files.create({ purpose: says, file })).bytes };
    },
  };
};

const anthropic = ({ url, token, model, says, headers }) => {
  const client = new Anthropic({
    baseURL: url,
    apiKey: token,
    maxRetries: 0,
    defaultHeaders: headers,
  });
  const message = { model, max_tokens: 100, messages: [{ role: "user", content: says }] };
  const tools = [{ name: "get_weather", input_schema: CITY }];
  return {
    plain: async () => {
      const answer = await client.messages.create(message);
      return {
        text: answer.content[0].text,
        tokens: answer.usage.input_tokens + answer.usage.output_tokens,
      };
    },
    stream: async () =>
      pieces(await client.messages.create({ ...message, stream: true }), (event) =>
        event.type === "content_block_delta" ? event.delta.text : "",
      ),
    tools: async () => {
      const answer = await client.messages.create({ ...message, tools });
      const use = answer.content.find((block) => block.type === "tool_use");
      return { tool: use.name, input: use.input };
    },
    streamTools: async () => {
      const answer = await client.messages.stream({ ...message, tools }).finalMessage();
      const use = answer.content.find((block) => block.type === "tool_use");
      return { tool: use.name, input: use.input };
    },
  };
};

const google = ({ url, token, model, says, headers }) => {
  const client = new GoogleGenAI({
    apiKey: token,
    apiVersion: "v1beta", // The stand-in for the upstream knows no other.
    httpOptions: { baseUrl: url, headers },
  });
  const tools = [{ functionDeclarations: [{ name: "get_weather", parametersJsonSchema: CITY }] }];
  return {
    plain: async () => {
      const answer = await client.models.generateContent({ model, contents: says });
      return { text: answer.text, tokens: answer.usageMetadata.totalTokenCount };
    },
    stream: async () =>
      pieces(
        await client.models.generateContentStream({ model, contents: says }),
        (chunk) => chunk.text,
      ),
    tools: async () => {
      const answer = await client.models.generateContent({ model, contents: says, config: { tools } });
      return { tool: answer.functionCalls[0].name, input: answer.functionCalls[0].args };
    },
    streamTools: async () => {
      const calls = [];
      for await (const chunk of await client.models.generateContentStream({
        model,
        contents: says,
        config: { tools },
      })) {
        calls.push(...(chunk.functionCalls ?? []));
      }
      return { tool: calls[0].name, input: calls[0].args };
    },
  };
};

const bedrock = ({ url, token, model, says, headers }) => {
  const client = new BedrockRuntimeClient({
    region: "us-east-1",
    endpoint: url,
    token: { token },
    authSchemePreference: ["httpBearerAuth"],
    maxAttempts: 1,
  });
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request.headers, headers);
      return next(args);
    },
    { step: "build" },
  );
  const message = { modelId: model, messages: [{ role: "user", content: [{ text: says }] }] };
  const toolConfig = {
    tools: [{ toolSpec: { name: "get_weather", inputSchema: { json: CITY } } }],
  };
  const invocation = {
    modelId: model,
    contentType: "application/json",
    body: JSON.stringify({
      anthropic_version: "bedrock-2023-05-31",
      max_tokens: 100,
      messages: [{ role: "user", content: says }],
    }),
  };
  const json = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
  return {
    plain: async () => {
      const answer = await client.send(new ConverseCommand(message));
      return { text: answer.output.message.content[0].text, tokens: answer.usage.totalTokens };
    },
    stream: async () => {
      const answer = await client.send(new ConverseStreamCommand(message));
      return pieces(answer.stream, (event) => event.contentBlockDelta?.delta.text);
    },
    tools: async () => {
      const answer = await client.send(new ConverseCommand({ ...message, toolConfig }));
      const { toolUse } = answer.output.message.content.find((block) => block.toolUse);
      return { tool: toolUse.name, input: toolUse.input };
    },
    streamTools: async () => {
      const answer = await client.send(new ConverseStreamCommand({ ...message, toolConfig }));
      const call = { name: "", input: "" };
      for await (const event of answer.stream) {
        call.name += event.contentBlockStart?.start.toolUse?.name ?? "";
        call.input += event.contentBlockDelta?.delta.toolUse?.input ?? "";
      }
      return { tool: call.name, input: JSON.parse(call.input) };
    },
    invoke: async () => {
      const answer = await client.send(new InvokeModelCommand(invocation));
      return { text: json(answer.body).content[0].text };
    },
    invokeStream: async () => {
      const answer = await client.send(new InvokeModelWithResponseStreamCommand(invocation));
      return pieces(answer.body, (event) => json(event.chunk.bytes).delta?.text);
    },
  };
};

const ERRORS = [OpenAI.APIError, Anthropic.APIError, ApiError, BedrockRuntimeServiceException];

async function outcome(client, call) {
  const says = call.says ?? "x".repeat(call.bytes);
  try {
    return await client({ ...call, says })[call.scenario]();
  } catch (e) {
    const typed = ERRORS.some((type) => e instanceof type);
    // Amazon's client has no class for errors that no operation names, but their name.
    const name = e instanceof BedrockRuntimeServiceException ? e.name : e.constructor.name;
    return {
      error: typed ? name : `untyped: ${e.stack}`,
      status: e.status ?? e.$metadata?.httpStatusCode,
      message: e.message,
    };
  }
}

const client = { anthropic, bedrock, google, openai }[process.argv[2]];
const outcomes = [];
for (const call of JSON.parse(process.argv[3])) {
  outcomes.push(await outcome(client, call));
}
console.log(JSON.stringify(outcomes));
