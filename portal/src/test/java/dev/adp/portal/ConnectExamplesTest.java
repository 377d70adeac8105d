package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.store.ModelCatalog;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectExamplesTest {
  private static final PortalSettings SETTINGS =
      new PortalSettings(
          URI.create("http://localhost:8080"),
          URI.create("https://gateway.example.com"),
          URI.create("https://portal.example.com/"));
  private static final String URL = "https://gateway.example.com/llm/v1/providers/team-a";
  private static final SecretRef KEY = new SecretRef("KEY");
  private static final ProviderConfig OPEN_AI = new ProviderConfig.OpenAi(Optional.empty(), KEY);
  private static final ProviderConfig ANTHROPIC =
      new ProviderConfig.Anthropic(Optional.empty(), Optional.of(KEY));
  private static final ProviderConfig PASSTHROUGH =
      new ProviderConfig.Anthropic(Optional.empty(), Optional.empty());
  private static final ProviderConfig GOOGLE = new ProviderConfig.Google(Optional.empty(), KEY);
  private static final ProviderConfig BEDROCK =
      new ProviderConfig.Bedrock(
          new AwsRegion("eu-west-3"),
          Optional.empty(),
          new AwsCredential.DefaultChain(),
          Optional.empty());
  private static final ProviderConfig COMPATIBLE =
      new ProviderConfig.OpenAiCompatible(
          BaseUrl.of("base_url", "http://localhost:8000/v1"), Optional.empty(), true);

  /** What ends literals early, and what OpenCode and Continue replace in their files. */
  private static final String HOSTILE =
      "it's \"mine\"\\\n$(id) `id` ${id} {env:HOME} ${{ secrets.OTHER }} {{url}} \\u0022";

  static Stream<ProviderConfig> configs() {
    return Stream.of(OPEN_AI, ANTHROPIC, PASSTHROUGH, GOOGLE, BEDROCK, COMPATIBLE);
  }

  @ParameterizedTest
  @MethodSource("configs")
  void everyExampleNamesTheProviderAndItsModel(ProviderConfig config) {
    ConnectExamples examples = examples(config, "a-model");
    for (Language language : Language.values()) {
      for (Delivery delivery : Delivery.values()) {
        assertThat(examples.code(language, delivery).code())
            .contains(URL, "a-model", "Say hello in one short sentence.", "GATEWAY_TOKEN")
            .doesNotContainPattern("\\{\\{[a-z_.]+}}");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void everyClientNamesTheProviderAndAModelThatItCanUse(ProviderConfig config) {
    ConnectExamples examples = examples(config);
    for (CodingClient client : ConnectGuide.of(config).clients()) {
      assertThat(examples.client(client).code())
          .contains(URL, client.models().example())
          .doesNotContainPattern("\\{\\{[a-z_.]+}}");
      assertThat(client.hints().getLast()).containsAnyOf("After an hour", "never runs out");
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void exampleModelsAreInTheCatalogue(ProviderConfig config) {
    ConnectGuide guide = ConnectGuide.of(config);
    Stream.concat(Stream.of(guide.models()), guide.clients().stream().map(CodingClient::models))
        .map(ModelFamily::example)
        .filter(_ -> !config.equals(COMPATIBLE)) // Which has no catalogue.
        .forEach(
            model ->
                assertThat(ModelCatalog.shipped().find(config.type(), model, Instant.now()))
                    .as(model)
                    .isPresent());
  }

  @Test
  void aModelCannotBreakOutOfItsLiteral() {
    String inert =
        "\"it's \\\"mine\\\"\\\\\\n$(id) `id` ${id} {env:HOME} ${{ secrets.OTHER }} {{url}} \\\\u0022\"";
    assertThat(code(COMPATIBLE, Language.PYTHON)).contains("model=" + inert + ",");
    assertThat(code(COMPATIBLE, Language.NODE)).contains("model: " + inert + ",");
    assertThat(code(COMPATIBLE, Language.JAVA)).contains(".model(" + inert + ")");
    assertThat(code(COMPATIBLE, Language.GO)).contains("Model: " + inert + ",");
    assertThat(code(COMPATIBLE, Language.CURL))
        .contains("\"model\": " + inert.replace("'", "'\\''") + ",");
  }

  @Test
  void aModelCannotLeaveItsPartOfAPath() {
    String encoded = URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8).replace("+", "%20");
    assertThat(code(GOOGLE, Language.CURL))
        .contains("'" + URL + "/v1beta/models/" + encoded + ":generateContent'");
    assertThat(code(BEDROCK, Language.CURL))
        .contains("'" + URL + "/model/" + encoded + "/converse'");
  }

  @Test
  void aModelCannotBreakOutOfTheFilesOfClients() {
    JsonObject openCode = new JsonObject(client(OPEN_AI, "opencode"));
    assertThat(openCode.getString("model")).isEqualTo("adp-team-a/" + HOSTILE);
    assertThat(client(OPEN_AI, "opencode")).doesNotContain("{env:HOME}").contains("{env:GATEWAY");
    assertThat(client(OPEN_AI, "continue"))
        .doesNotContain("{{ secrets.OTHER")
        .contains("    apiKey: ${{ secrets.GATEWAY_TOKEN }}\n");
    assertThat(client(OPEN_AI, "codex")).startsWith("model = \"it's \\\"mine\\\"\\\\\\n$(id)");
    assertThat(client(GOOGLE, "gemini-cli"))
        .endsWith("gemini --model='" + HOSTILE.replace("'", "'\\''") + "'");
    assertThat(new JsonObject(client(ANTHROPIC, "claude-code")).getJsonObject("env"))
        .contains(Map.entry("ANTHROPIC_MODEL", HOSTILE));
  }

  @Test
  void clientsWithoutAModelAreNotOffered() {
    assertThat(ConnectGuide.BEDROCK.clientsFor(List.of("amazon.nova-pro-v1:0")))
        .extracting(CodingClient::slug)
        .containsExactly("opencode");
    assertThat(
            ConnectGuide.BEDROCK.clientsFor(
                List.of("openai.gpt-oss-20b-1:0", "us.anthropic.claude-sonnet-4-6")))
        .extracting(CodingClient::slug)
        .containsExactly("claude-code", "opencode", "continue", "cursor");
    assertThat(ConnectGuide.ANTHROPIC.clientsFor(List.of("my-claude"))).hasSize(3);
  }

  @Test
  void geminiIsCalledWithItsOwnHeader() {
    for (Delivery delivery : Delivery.values()) {
      assertThat(examples(GOOGLE, "gemini-2.5-flash").code(Language.CURL, delivery).code())
          .contains("-H \"X-Goog-Api-Key: $GATEWAY_TOKEN\"")
          .doesNotContain("Authorization");
      assertThat(examples(OPEN_AI, "gpt-5.4-mini").code(Language.CURL, delivery).code())
          .contains("-H \"Authorization: Bearer $GATEWAY_TOKEN\"");
    }
    assertThat(ConnectGuide.GOOGLE.hint())
        .contains("Gemini's clients send the token in X-Goog-Api-Key.");
  }

  @Test
  void tokensComeFromTheIssuer() {
    String issuer = "https://portal.example.com";
    assertThat(examples(OPEN_AI).token(Language.CURL).code())
        .contains("'" + issuer + "/oauth/idp/token'");
    assertThat(examples(OPEN_AI).token(Language.PYTHON).code())
        .contains("\"" + issuer + "/oauth/idp/token\"");
    assertThat(examples(OPEN_AI).token(Language.NODE).code())
        .contains("new URL(\"" + issuer + "\")")
        .doesNotContain("allowInsecureRequests");
  }

  private static String code(ProviderConfig config, Language language) {
    return examples(config, HOSTILE).code(language, Delivery.WHOLE).code();
  }

  private static String client(ProviderConfig config, String slug) {
    CodingClient client =
        ConnectGuide.of(config).clients().stream()
            .filter(candidate -> candidate.slug().equals(slug))
            .findFirst()
            .orElseThrow();
    return examples(config, HOSTILE).client(client).code();
  }

  private static ConnectExamples examples(ProviderConfig config, String... models) {
    return new ConnectExamples(SETTINGS, new ResourceId("team-a"), config, List.of(models));
  }
}
