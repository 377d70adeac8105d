package dev.adp.portal;

import dev.adp.domain.ProviderConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to use providers of one kind.
 *
 * @param folder of the examples, below {@code snippets/}
 * @param models which the examples can call
 * @param libraries what the examples call, by language
 * @param clients what can work with such a provider as it is
 * @param hint what to know about the examples
 */
record ConnectGuide(
    String folder,
    ModelFamily models,
    Map<Language, String> libraries,
    List<CodingClient> clients,
    Optional<String> hint) {
  private static final ModelFamily GPT = new ModelFamily("", "gpt-5.4-mini");
  private static final ModelFamily CLAUDE = new ModelFamily("", "claude-sonnet-5");
  private static final ModelFamily GEMINI = new ModelFamily("", "gemini-3.5-flash");
  private static final ModelFamily ANY = new ModelFamily("", "qwen3:8b");
  private static final ModelFamily BEDROCK_MODELS =
      new ModelFamily("", "global.anthropic.claude-sonnet-5");
  private static final ModelFamily BEDROCK_CLAUDE =
      new ModelFamily("anthropic.", "global.anthropic.claude-sonnet-5");
  private static final ModelFamily BEDROCK_OPENAI =
      new ModelFamily("openai.", "openai.gpt-oss-120b-1:0");

  private static final Map<Language, String> OPENAI_SDKS =
      Map.of(
          Language.PYTHON, "openai",
          Language.NODE, "openai",
          Language.JAVA, "openai-java",
          Language.GO, "openai-go");
  private static final Map<Language, String> ANTHROPIC_SDKS =
      Map.of(
          Language.PYTHON, "anthropic",
          Language.NODE, "@anthropic-ai/sdk",
          Language.JAVA, "anthropic-java",
          Language.GO, "anthropic-sdk-go");
  private static final Map<Language, String> GOOGLE_SDKS =
      Map.of(
          Language.PYTHON, "google-genai",
          Language.NODE, "@google/genai",
          Language.JAVA, "google-genai",
          Language.GO, "genai");
  private static final Map<Language, String> AWS_SDKS =
      Map.of(
          Language.PYTHON, "boto3",
          Language.NODE, "@aws-sdk/client-bedrock-runtime",
          Language.JAVA, "AWS SDK 2",
          Language.GO, "aws-sdk-go-v2");

  /** Where a client that passes through to Anthropic has the token for that. */
  static final String OWN_TOKEN = "ANTHROPIC_AUTH_TOKEN";

  /** What asks for tokens. */
  static final Map<Language, String> OAUTH_LIBRARIES =
      Map.of(Language.PYTHON, "authlib", Language.NODE, "openid-client");

  static final ConnectGuide OPENAI =
      new ConnectGuide(
          "openai",
          GPT,
          OPENAI_SDKS,
          List.of(
              CodingClient.codex(GPT),
              CodingClient.openCode("opencode-openai.json", GPT),
              CodingClient.continueDev("continue-openai.yaml", GPT),
              CodingClient.cursor("cursor-openai.txt", GPT)),
          Optional.empty());
  static final ConnectGuide ANTHROPIC =
      new ConnectGuide(
          "anthropic",
          CLAUDE,
          ANTHROPIC_SDKS,
          List.of(
              CodingClient.claudeCode(CLAUDE),
              CodingClient.openCode("opencode-anthropic.json", CLAUDE),
              CodingClient.continueDev("continue-anthropic.yaml", CLAUDE)),
          Optional.empty());
  static final ConnectGuide ANTHROPIC_PASSTHROUGH =
      new ConnectGuide(
          "anthropic",
          CLAUDE,
          ANTHROPIC_SDKS,
          List.of(CodingClient.claudeCodeWithSubscription(CLAUDE)),
          Optional.of(
              OWN_TOKEN
                  + " is your own token of Anthropic, for example from claude setup-token: it goes"
                  + " upstream unchanged."));
  static final ConnectGuide GOOGLE =
      new ConnectGuide(
          "google",
          GEMINI,
          GOOGLE_SDKS,
          List.of(
              CodingClient.geminiCli(GEMINI),
              CodingClient.openCode("opencode-google.json", GEMINI),
              CodingClient.continueDev("continue-google.yaml", GEMINI),
              CodingClient.cursor("cursor-google.txt", GEMINI)),
          Optional.of("Gemini's clients send the token in X-Goog-Api-Key."));
  static final ConnectGuide BEDROCK =
      new ConnectGuide(
          "bedrock",
          BEDROCK_MODELS,
          AWS_SDKS,
          List.of(
              CodingClient.claudeCodeOnBedrock(BEDROCK_CLAUDE),
              CodingClient.openCode("opencode-bedrock.json", BEDROCK_MODELS),
              CodingClient.continueDev("continue-bedrock.yaml", BEDROCK_OPENAI),
              CodingClient.cursor("cursor-bedrock.txt", BEDROCK_OPENAI)),
          Optional.of(
              "A client that signs with AWS keys works too: it sends the gateway token in the header"
                  + " X-Redpanda-Cloud-Token."));
  static final ConnectGuide OPENAI_COMPATIBLE =
      new ConnectGuide(
          "openai-compatible",
          ANY,
          OPENAI_SDKS,
          List.of(
              CodingClient.openCode("opencode-compatible.json", ANY),
              CodingClient.continueDev("continue-openai.yaml", ANY),
              CodingClient.cursor("cursor-openai.txt", ANY)),
          Optional.empty());

  static ConnectGuide of(ProviderConfig config) {
    return switch (config) {
      case ProviderConfig.OpenAi _ -> OPENAI;
      case ProviderConfig.Anthropic anthropic ->
          anthropic.authorizationPassthrough() ? ANTHROPIC_PASSTHROUGH : ANTHROPIC;
      case ProviderConfig.Google _ -> GOOGLE;
      case ProviderConfig.Bedrock _ -> BEDROCK;
      case ProviderConfig.OpenAiCompatible _ -> OPENAI_COMPATIBLE;
    };
  }

  /** Clients that can work with one of these models; none = every model. */
  List<CodingClient> clientsFor(List<String> allowed) {
    return clients.stream().filter(client -> client.models().choose(allowed).isPresent()).toList();
  }
}
