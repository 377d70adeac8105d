package dev.adp.gateway;

import dev.adp.domain.ProviderConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The smallest call that makes a model work: what a check of a connection sends, always by POST.
 *
 * @param path below the provider, as a client would write it
 * @param query without its question mark, or empty
 * @param headers beyond the usual ones
 */
record Probe(String path, String query, Map<String, String> headers, JsonObject body) {
  /**
   * What a model of OpenAI may answer at most. With fewer, models that reason first refuse, or use
   * all of it up and say nothing.
   */
  static final int OPENAI_TOKENS_MAX = 16;

  private static final String WORDS = "Say hello";
  private static final String AZURE_API_VERSION = "2024-10-21";
  private static final Pattern RESPONSES_ONLY =
      Pattern.compile(".*(-pro|-codex|deep-research)(-.*)?");

  private static Probe of(String path, JsonObject body) {
    return new Probe(path, "", Map.of(), body);
  }

  /**
   * @param model as callers name it
   */
  static Probe of(ProviderConfig config, String model) {
    return switch (config) {
      case ProviderConfig.OpenAi openAi -> openAi(openAi, model);
      case ProviderConfig.OpenAiCompatible _ ->
          isEmbedding(model)
              ? of("/embeddings", embedding(model))
              : of("/chat/completions", chat(model).put("max_tokens", 1));
      case ProviderConfig.Anthropic _ ->
          new Probe(
              "/v1/messages",
              "",
              Map.of("anthropic-version", "2023-06-01"),
              chat(model).put("max_tokens", 1));
      case ProviderConfig.Google _ -> google(model);
      case ProviderConfig.Bedrock _ -> bedrock(model);
    };
  }

  /** Embedding models are known by their names alone, whoever serves them. */
  private static boolean isEmbedding(String model) {
    return model.toLowerCase(Locale.ROOT).contains("embed");
  }

  private static Probe openAi(ProviderConfig.OpenAi config, String model) {
    if (isEmbedding(model)) {
      return onAzure(config, model, of("/embeddings", embedding(model)));
    }
    if (RESPONSES_ONLY.matcher(model).matches()) {
      return of(
          "/responses",
          new JsonObject()
              .put("model", model)
              .put("input", WORDS)
              .put("max_output_tokens", OPENAI_TOKENS_MAX)
              .put("store", false));
    }
    return onAzure(
        config,
        model,
        of("/chat/completions", chat(model).put("max_completion_tokens", OPENAI_TOKENS_MAX)));
  }

  /** Azure's older surface has the model, which is a deployment there, in the path. */
  private static Probe onAzure(ProviderConfig.OpenAi config, String model, Probe probe) {
    String base = Objects.requireNonNullElse(config.upstream().value().getRawPath(), "");
    if (!OpenAiDialect.isAzure(config.upstream()) || base.endsWith("/v1")) {
      return probe;
    }
    String prefix = base.endsWith("/openai") ? "" : "/openai";
    return new Probe(
        prefix + "/deployments/" + PathText.segment(model) + probe.path,
        "api-version=" + AZURE_API_VERSION,
        probe.headers,
        probe.body);
  }

  private static JsonObject chat(String model) {
    return new JsonObject()
        .put("model", model)
        .put(
            "messages",
            new JsonArray().add(new JsonObject().put("role", "user").put("content", WORDS)));
  }

  private static JsonObject embedding(String model) {
    return new JsonObject().put("model", model).put("input", WORDS);
  }

  private static Probe google(String model) {
    String path = "/v1beta/models/" + PathText.segment(model.replaceFirst("^models/", ""));
    JsonObject content = new JsonObject().put("parts", texts());
    return isEmbedding(model)
        ? of(path + ":embedContent", new JsonObject().put("content", content))
        : of(
            path + ":generateContent",
            new JsonObject()
                .put("contents", new JsonArray().add(content.put("role", "user")))
                .put("generationConfig", new JsonObject().put("maxOutputTokens", 1)));
  }

  private static Probe bedrock(String model) {
    String path = "/model/" + PathText.segment(model);
    if (isEmbedding(model)) {
      return of(
          path + "/invoke",
          model.contains("cohere")
              ? new JsonObject()
                  .put("texts", new JsonArray().add(WORDS))
                  .put("input_type", "search_document")
              : new JsonObject().put("inputText", WORDS));
    }
    return of(
        path + "/converse",
        new JsonObject()
            .put(
                "messages",
                new JsonArray().add(new JsonObject().put("role", "user").put("content", texts())))
            .put("inferenceConfig", new JsonObject().put("maxTokens", 1)));
  }

  private static JsonArray texts() {
    return new JsonArray().add(new JsonObject().put("text", WORDS));
  }
}
