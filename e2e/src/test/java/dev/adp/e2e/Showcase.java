package dev.adp.e2e;

import dev.adp.domain.Role;
import dev.adp.store.MasterKey;
import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** An installation as a company has it after some months, to look at: all of it is made up. */
record Showcase(Program program, EmbeddedPostgres postgres, Directory directory, Aimock aimock)
    implements AutoCloseable {
  private static final List<String> TEAMS =
      List.of(
          "Billing",
          "Checkout",
          "Docs search",
          "Fraud",
          "HR assistant",
          "Legal review",
          "Logistics",
          "Marketing",
          "Mobile",
          "Payments",
          "Sales copilot",
          "Support bot",
          "Translations");

  /** Starts it without any content. */
  static Showcase start() {
    try {
      Path folder = Files.createTempDirectory("adp-showcase");
      EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
      Program program =
          Program.prepared(
                  "up",
                  "ADP_DATABASE_URL",
                  postgres.databaseUrl(),
                  "ADP_MASTER_KEY",
                  MasterKey.generate(),
                  "ADP_GATEWAY_PUBLIC_URL",
                  "https://gateway.example.com")
              .start();
      return new Showcase(program, postgres, new Directory(postgres.databaseUrl()), Aimock.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Brings everything but the empty list. */
  void fill() {
    directory.user("maya", Role.WRITER);
    directory.user("jonas", Role.READER);
    for (String secret :
        List.of(
            "ANTHROPIC_API_KEY",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "GOOGLE_AI_API_KEY",
            "OPENAI_API_KEY_OF_2025",
            "OPENROUTER_API_KEY")) {
      World.putSecret(program.rest(), secret, "not-a-key-of-anybody");
    }
    World.putSecret(program.rest(), "OPENAI_API_KEY", Aimock.API_KEY);
    program
        .rest()
        .post(
            "/v1/guardrails",
            new JsonObject()
                .put("name", "pii-eu")
                .put("display_name", "Personal data, Europe")
                .put("description", "Masks names and addresses in prompts and answers.")
                .put(
                    "bedrock_config",
                    new JsonObject()
                        .put("region", "eu-central-1")
                        .put("guardrail_identifier", "gr4k7l2m9xyz")
                        .put("guardrail_version", "3")));
    account("support-bot", "Support bot", "LLMProviderInvoker", true);
    account("nightly-reports", "Nightly reports", "Reader", false);
    TEAMS.forEach(this::team);
    providers();
    program.rest().call("PATCH", "/v1/llm-providers/openrouter-trial", "{\"enabled\":false}");
    directory.execute(read("usage.sql"));
    directory.execute(read("ages.sql"));
    directory.execute(read("conversations.sql"));
  }

  private void providers() {
    key(
        "ollama-lab",
        "Ollama lab",
        "openai_compatible",
        "http://ollama.local:11434/v1",
        "",
        "qwen3:8b");
    key(
        "vllm-llama",
        "vLLM Llama 70B",
        "openai_compatible",
        "http://vllm.internal:8000/v1",
        "",
        "meta-llama/Llama-3.3-70B-Instruct");
    key(
        "openrouter-trial",
        "OpenRouter trial",
        "openai_compatible",
        "https://openrouter.ai/api/v1",
        "OPENROUTER_API_KEY");
    key(
        "openai-evaluations",
        "OpenAI evaluations",
        "openai",
        aimock.baseUrl(),
        "OPENAI_API_KEY",
        "gpt-5.4-mini",
        "gpt-6-sol");
    create(
        "bedrock-us-regulated",
        "Bedrock US regulated",
        "bedrock_config",
        new JsonObject()
            .put("region", "us-east-1")
            .put(
                "assume_role",
                new JsonObject()
                    .put("role_arn", "arn:aws:iam::123456789012:role/BedrockRole")
                    .put("session_name", "redpanda-adp")),
        "us.anthropic.claude-opus-4-7",
        "us.amazon.nova-pro-v1:0");
    otherProviders();
  }

  private void otherProviders() {
    create(
        "anthropic-subscriptions",
        "Anthropic subscriptions",
        "anthropic_config",
        new JsonObject().put("authorization_passthrough", true),
        "claude-opus-5-5",
        "claude-sonnet-5-5");
    key(
        "gemini-long-context",
        "Gemini long context",
        "google",
        "",
        "GOOGLE_AI_API_KEY",
        "gemini-4-argon",
        "gemini-3.8-flash",
        "gemini-2.5-pro");
    create(
        "bedrock-eu",
        "Bedrock Frankfurt",
        "bedrock_config",
        new JsonObject()
            .put("region", "eu-central-1")
            .put(
                "static_credentials",
                new JsonObject()
                    .put("access_key_id_ref", "AWS_ACCESS_KEY_ID")
                    .put("secret_access_key_ref", "AWS_SECRET_ACCESS_KEY")),
        "eu.anthropic.claude-sonnet-4-6",
        "eu.anthropic.claude-opus-4-5-20251101-v1:0",
        "eu.anthropic.claude-opus-5-5");
    program.rest().call("PATCH", "/v1/llm-providers/bedrock-eu", "{\"guardrail\":\"pii-eu\"}");
    key(
        "openai-production",
        "OpenAI production",
        "openai",
        "",
        "OPENAI_API_KEY",
        "gpt-6-sol",
        "gpt-5.4-mini",
        "gpt-5.5",
        "gpt-4.1-nano",
        "gpt-5-pro",
        "text-embedding-3-large");
    anthropic();
  }

  private void anthropic() {
    key(
        "anthropic-engineering",
        "Anthropic engineering",
        "anthropic",
        "",
        "ANTHROPIC_API_KEY",
        "claude-opus-5-5",
        "claude-sonnet-5-5",
        "claude-opus-4-7",
        "claude-haiku-5-5",
        "claude-sonnet-4-6");
    var models = new JsonArray();
    for (String name :
        List.of(
            "claude-opus-5-5",
            "claude-sonnet-5-5",
            "claude-opus-4-7",
            "claude-haiku-5-5",
            "claude-sonnet-4-6")) {
      var model = new JsonObject().put("name", name);
      if (name.equals("claude-sonnet-5-5")) {
        model.put(
            "custom_pricing",
            new JsonObject()
                .put("input_per_million", "180000000")
                .put("output_per_million", "900000000"));
      }
      models.add(model);
    }
    program
        .rest()
        .patch(
            "/v1/llm-providers/anthropic-engineering",
            new JsonObject()
                .put("provider_models", models)
                .put(
                    "transcripts",
                    new JsonObject()
                        .put("record_input_messages", true)
                        .put("record_output_messages", true)));
  }

  /** Legal still uses last year's key. */
  private void team(String team) {
    boolean late = team.startsWith("Legal");
    key(
        team.toLowerCase(Locale.ROOT).replace(' ', '-'),
        team,
        "openai",
        late ? aimock.baseUrl() : "",
        late ? "OPENAI_API_KEY_OF_2025" : "OPENAI_API_KEY",
        "gpt-5.4-mini");
  }

  private void key(
      String name,
      String displayName,
      String type,
      String baseUrl,
      String secret,
      String... models) {
    var config = new JsonObject();
    if (!baseUrl.isEmpty()) {
      config.put("base_url", baseUrl);
    }
    if (!secret.isEmpty()) {
      config.put("api_key_ref", secret);
    }
    create(name, displayName, type + "_config", config, models);
  }

  private void create(
      String name, String displayName, String config, JsonObject value, String... models) {
    program
        .rest()
        .post(
            "/v1/llm-providers",
            new JsonObject()
                .put("name", name)
                .put("display_name", displayName)
                .put(config, value)
                .put("models", List.of(models)));
  }

  private void account(String name, String displayName, String role, boolean agent) {
    program
        .rest()
        .post(
            "/v1/service-accounts",
            new JsonObject()
                .put("name", name)
                .put("display_name", displayName)
                .put("role", role)
                .put("agent", agent));
  }

  private static String read(String file) {
    try {
      return Files.readString(Program.ROOT.resolve("e2e/src/test/resources/showcase/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    directory.close();
    program.close();
    aimock.close();
    postgres.close();
  }
}
