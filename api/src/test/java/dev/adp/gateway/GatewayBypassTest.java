package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adp.domain.AddressPolicy;
import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider.Draft;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.UpstreamCheck;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpMethod;
import java.net.InetAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No way leads around a list of models, on no surface: the upstream must have seen nothing. */
@Timeout(120)
class GatewayBypassTest {
  private static final String LISTED = "listed-model";
  private static final String OTHER = "other-model";
  private static final String CHAT = "{\"model\":\"" + LISTED + "\",\"messages\":[]}";

  /** Names are not looked up: all of them are this machine. */
  static final UpstreamCheck HERE =
      new UpstreamCheck(
          AddressPolicy.of(List.of("127.0.0.0/8"), Set.of()),
          _ -> List.of(InetAddress.ofLiteral("127.0.0.1")));

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  /** A surface of a provider that lists one model, and whether its path names that already. */
  enum Surface {
    OPENAI_CHAT("openai", "/v1/chat/completions", false),
    OPENAI_COMPLETIONS("openai", "/completions", false),
    OPENAI_RESPONSES("openai", "/responses", false),
    OPENAI_EMBEDDINGS("openai", "/v1/embeddings", false),
    OPENAI_IMAGES("openai", "/images/generations", false),
    OPENAI_SPEECH("openai", "/audio/speech", false),
    OPENAI_MODERATIONS("openai", "/moderations", false),
    AZURE_CHAT("azure", "/openai/v1/chat/completions?api-version=preview", false),
    AZURE_DEPLOYMENT("azure", "/openai/deployments/listed-model/chat/completions", true),
    COMPATIBLE_CHAT("compatible", "/chat/completions", false),
    COMPATIBLE_RESPONSES("compatible", "/v1/responses", false),
    ANTHROPIC_MESSAGES("anthropic", "/v1/messages", false),
    ANTHROPIC_COUNT("anthropic", "/messages/count_tokens", false),
    ANTHROPIC_CHAT("anthropic", "/v1/chat/completions", false),
    GOOGLE_GENERATE("google", "/v1beta/models/listed-model:generateContent", true),
    GOOGLE_STREAM("google", "/v1beta/models/listed-model:streamGenerateContent?alt=sse", true),
    GOOGLE_EMBED("google", "/v1beta/models/listed-model:embedContent", true),
    GOOGLE_COUNT("google", "/v1beta/models/listed-model:countTokens", true),
    GOOGLE_INTERACTIONS("google", "/v1beta/interactions", false),
    GOOGLE_CHAT("google", "/v1beta/openai/chat/completions", false),
    GOOGLE_SHORT_CHAT("google", "/chat/completions", false),
    BEDROCK_INVOKE("bedrock", "/model/listed-model/invoke", true),
    BEDROCK_INVOKE_STREAM("bedrock", "/model/listed-model/invoke-with-response-stream", true),
    BEDROCK_CONVERSE("bedrock", "/model/listed-model/converse", true),
    BEDROCK_CONVERSE_STREAM("bedrock", "/model/listed-model/converse-stream", true),
    BEDROCK_CHAT("bedrock", "/openai/v1/chat/completions", false),
    BEDROCK_MESSAGES("bedrock", "/anthropic/v1/messages", false);

    private final String provider;
    private final String path;
    private final boolean modelInPath;

    Surface(String provider, String path, boolean modelInPath) {
      this.provider = provider;
      this.path = path;
      this.modelInPath = modelInPath;
    }

    private Stream<Bypass> ways() {
      return Arrays.stream(Bypass.values()).filter(way -> !modelInPath || way.concernsPaths());
    }
  }

  @BeforeEach
  void start() {
    rig = new GatewayRig(store, HERE);
    rig.answersJson("{}");
    String here = "http://127.0.0.1:" + rig.upstreamPort();
    provider(Drafts.openAi("openai", here + "/v1"));
    provider(Drafts.openAi("azure", "http://bypass.openai.azure.com:" + rig.upstreamPort()));
    provider(Drafts.compatible("compatible", here + "/v1", true));
    provider(Drafts.anthropic("anthropic", here));
    provider(Drafts.google("google", here));
    provider(
        Drafts.draft(
            "bedrock",
            new ProviderConfig.Bedrock(
                new AwsRegion("us-east-1"),
                Optional.of(BaseUrl.of("bedrock_config.base_url", here)),
                new AwsCredential.StaticKeys(Drafts.OPENAI_API_KEY, Drafts.OPENAI_API_KEY),
                Optional.empty())));
  }

  private void provider(Draft draft) {
    rig.provider(draft.withModels(Drafts.models(LISTED)));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private HttpRequest.Builder call(String provider, String path) {
    return HttpRequest.newBuilder(rig.uri("/llm/v1/providers/" + provider + path))
        .header("x-redpanda-cloud-token", rig.token());
  }

  /** So that the refusals below are not for other reasons. */
  @TestFactory
  Stream<DynamicTest> theListedModelItselfIsServed() {
    return Arrays.stream(Surface.values())
        .map(
            surface ->
                dynamicTest(
                    surface.name(),
                    () -> {
                      HttpRequest request =
                          call(surface.provider, surface.path)
                              .header("content-type", "application/json")
                              .POST(BodyPublishers.ofString(surface.modelInPath ? "{}" : CHAT))
                              .build();
                      assertThat(rig.send(request).statusCode()).isEqualTo(200);
                      assertThat(rig.seen().request().method()).isEqualTo(HttpMethod.POST);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> noBodyLeadsAroundIt() {
    return Arrays.stream(Surface.values())
        .flatMap(
            surface ->
                surface
                    .ways()
                    .map(way -> dynamicTest(surface + " " + way, () -> refuses(surface, way))));
  }

  private void refuses(Surface surface, Bypass way) throws Exception {
    HttpRequest request = way.on(call(surface.provider, surface.path), LISTED, OTHER).build();
    HttpResponse<String> answer = rig.send(request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(way.status());
    if (way.status() == 403) {
      assertThat(answer.headers().firstValue(Refusal.CODE_HEADER)).contains("model_not_allowed");
    }
    assertNothingHappened();
  }

  /** Paths that name another model, or none, or that an upstream may read as another path. */
  @TestFactory
  Stream<DynamicTest> noPathLeadsAroundIt() {
    return rows(PATHS)
        .map(
            row ->
                dynamicTest(
                    String.join(" ", row),
                    () -> {
                      HttpRequest request =
                          call(row[0], row[1])
                              .header("content-type", "application/json")
                              .POST(BodyPublishers.ofString(CHAT))
                              .build();
                      HttpResponse<String> answer = rig.send(request);
                      assertThat(answer.statusCode()).as(answer.body()).isIn(400, 403);
                      assertNothingHappened();
                    }));
  }

  private static final String PATHS =
      """
      openai, /v1/batches
      openai, /v1/fine_tuning/jobs
      openai, /assistants
      openai, /threads/runs
      openai, /evals
      openai, /realtime/client_secrets
      openai, /vector_stores
      openai, /videos
      openai, /containers
      openai, /engines/listed-model/completions
      openai, /deployments/other-model/chat/completions
      openai, /v1/v1/chat/completions
      openai, /v1/chat/completions%2F..%2F..%2Fbatches
      azure, /openai/deployments/other-model/chat/completions
      azure, /deployments/other-model/embeddings
      azure, /openai/deployments/other%2Dmodel/chat/completions
      azure, /openai/deployments/listed-model%2F..%2Fother-model/chat/completions
      azure, /openai//deployments/other-model/chat/completions
      azure, /openai/deployments/listed-model/extensions/chat/completions
      azure, /openai/batches
      azure, /openai/v1/fine_tuning/jobs
      compatible, /v1/batches
      compatible, /generate
      compatible, /rerank
      compatible, /../chat/completions
      compatible, /api/chat
      anthropic, /v1/messages/batches
      anthropic, /messages/batches
      anthropic, /v1/messages/%62atches
      anthropic, /v1//messages/batches
      anthropic, /v1/files
      anthropic, /v1/agents
      anthropic, /v1/sessions
      google, /v1beta/models/other-model:generateContent
      google, /v1beta/models/other-model%3AgenerateContent
      google, /v1beta/models%2Fother-model:generateContent
      google, /v1/models/other-model:generateContent
      google, /v1beta/models/other-model:countTokens
      google, /v1beta/models/listed-model%253AgenerateContent
      google, /v1beta/models/listed-model/../other-model:generateContent
      google, /v1beta/models/listed-model:generateContent/../../other-model:generateContent
      google, /v1beta/models/listed-model:batchGenerateContent
      google, /v1beta/models/listed-model:asyncBatchEmbedContent
      google, /v1beta/models/listed-model:predictLongRunning
      google, /v1beta/tunedModels/listed-model:generateContent
      google, /v1beta/cachedContents
      google, /v1beta/batches
      google, /upload/v1beta/files
      google, /v1beta/dynamic/x:generateContent
      google, /v1beta/openai/batches
      google, /v1beta/openai/videos
      bedrock, /model/other-model/converse
      bedrock, /model/other%2Dmodel/invoke
      bedrock, /model/listed-model%253A0/converse
      bedrock, /model/listed-model/converse/../../other-model/converse
      bedrock, /model/listed-model%2F..%2Fother-model/converse
      bedrock, /model/other-model/invoke/listed-model/invoke
      bedrock, /model/arn:aws:bedrock:us-east-1:123456789012:inference-profile%2Fother-model/converse
      bedrock, /model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Afoundation-model%2Fother-model/invoke
      bedrock, /model/arn:aws:bedrock:us-east-1:123456789012:provisioned-model%2Flisted-model/converse
      bedrock, /model/arn:aws:bedrock:us-east-1:123456789012:custom-model%2Flisted-model%2Fabc/invoke
      bedrock, /model/arn:aws:bedrock:us-east-1:123456789012:default-prompt-router%2Flisted-model/converse
      bedrock, /model/listed-model/invoke-with-bidirectional-stream
      bedrock, /model/listed-model/async-invoke
      bedrock, /async-invoke
      bedrock, /model-invocation-job
      """;

  /** The lines of a batch are calls whose models nobody looks at. */
  @TestFactory
  Stream<DynamicTest> noFileLeadsAroundIt() {
    String form =
        """
        --b
        Content-Disposition: form-data; name="purpose"

        batch
        --b
        Content-Disposition: form-data; name="file"; filename="a.jsonl"

        {"body":{"model":"other-model"}}
        --b--
        """
            .replace("\n", "\r\n");
    return rows("""
            openai, /v1/files
            openai, /files
            openai, /v1/uploads
            azure, /openai/files?api-version=2024-10-21
            azure, /openai/v1/files
            compatible, /files
            """)
        .flatMap(
            row ->
                Stream.of(
                    dynamicTest(
                        row[1] + " as a form",
                        () -> refusesFile(row, "multipart/form-data; boundary=b", form)),
                    dynamicTest(
                        row[1] + " as JSON",
                        () -> refusesFile(row, "application/json", "{\"purpose\":\"batch\"}"))));
  }

  private void refusesFile(String[] row, String type, String body) throws Exception {
    HttpRequest request =
        call(row[0], row[1])
            .header("content-type", type)
            .POST(BodyPublishers.ofString(body))
            .build();
    assertThat(rig.send(request).statusCode()).isEqualTo(403);
    assertNothingHappened();
  }

  /** Some servers take the method from a header, so that reading becomes generating. */
  @TestFactory
  Stream<DynamicTest> noOtherMethodLeadsAroundIt() {
    return rows("""
            google, /v1beta/models/other-model:generateContent, x-http-method-override
            openai, /chat/completions, X-HTTP-Method-Override
            anthropic, /v1/messages, x-method-override
            compatible, /chat/completions, x-http-method
            """)
        .map(
            row ->
                dynamicTest(
                    String.join(" ", row),
                    () -> {
                      HttpRequest request =
                          call(row[0], row[1])
                              .header(row[2], "POST")
                              .header("content-type", "application/json")
                              .method("GET", BodyPublishers.ofString("{\"model\":\"other-model\"}"))
                              .build();
                      assertThat(rig.send(request).statusCode()).isEqualTo(403);
                      assertNothingHappened();
                    }));
  }

  private static Stream<String[]> rows(String table) {
    return table.lines().map(line -> line.split(", ", -1));
  }

  private void assertNothingHappened() {
    assertThat(rig.seenCount()).isZero();
    assertThat(rig.ledger().pending()).isZero();
  }
}
