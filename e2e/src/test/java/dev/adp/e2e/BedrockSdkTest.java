package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adp.e2e.Spending.Bucket;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.AccessDeniedException;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ModelStreamErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/**
 * Amazon's own client for Java, unmodified: only its endpoint and its credential are ours.
 *
 * <p>Rates of us.anthropic.claude-haiku-4-5 in the catalogue, in USD per million tokens: input 1.1,
 * output 5.5; so a token costs 110 and 550 microcents.
 */
@ExtendWith(World.class)
class BedrockSdkTest {
  private static final String MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String ANSWER = "Hello from the upstream, in more than one piece.";
  private static final int TIMEOUT_S = 60;

  /** More than the gateway holds of a JSON body: 32 MiB. */
  private static final int TOO_LARGE_CHARS = 33 << 20;

  /** 1,200 × 110 + 345 × 550 = 132,000 + 189,750. */
  private static final Spending HELLO =
      new Spending(
          1,
          0,
          0,
          321_750,
          Map.of("input", new Bucket(1_200, 132_000), "output", new Bucket(345, 189_750)));

  @SuppressWarnings("NullAway.Init")
  private static Aimock aimock;

  @SuppressWarnings("NullAway.Init")
  private static FakeBedrock bedrock;

  private final Program program;
  private final Rest rest;

  BedrockSdkTest(Program program) {
    this.program = program;
    rest = program.rest();
  }

  @BeforeAll
  static void start() {
    aimock = Aimock.startOpen();
    bedrock = FakeBedrock.start();
  }

  @AfterAll
  static void stop() {
    aimock.close();
    bedrock.close();
  }

  private BedrockRuntimeClient client(String url) {
    return AwsSdk.client(url, program.token());
  }

  private BedrockRuntimeAsyncClient asyncClient(String url) {
    return AwsSdk.asyncClient(url, program.token());
  }

  private static ConverseRequest.Builder converse(String text) {
    return ConverseRequest.builder()
        .modelId(MODEL)
        .messages(
            Message.builder()
                .role(ConversationRole.USER)
                .content(ContentBlock.fromText(text))
                .build());
  }

  private static String textOf(ConverseResponse answer) {
    return answer.output().message().content().getFirst().text();
  }

  @Test
  void conversesWithABearerToken() {
    try (var client = client(rest.createBedrock("aws-converse", aimock.url(), World.SECRET))) {
      ConverseResponse answer = client.converse(converse("Say hello").build());
      assertThat(textOf(answer)).isEqualTo(ANSWER);
      assertThat(answer.usage().totalTokens()).isEqualTo(1_545);
    }
    assertSpent("aws-converse", HELLO);
  }

  /** A client that signs, as most do, has room for the token in a header of its own. */
  @Test
  void conversesWithASignatureAndTheTokenBesideIt() {
    String url = rest.createBedrock("aws-signed", aimock.url(), World.SECRET);
    try (var client =
        AwsSdk.builder(url)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIACLIENT", "own")))
            .overrideConfiguration(
                config -> config.putHeader("X-Redpanda-Cloud-Token", program.token()))
            .build()) {
      assertThat(textOf(client.converse(converse("Say hello").build()))).isEqualTo(ANSWER);
    }
    assertSpent("aws-signed", HELLO);
  }

  @Test
  void streamsConversations() throws Exception {
    List<String> pieces = new ArrayList<>();
    List<Integer> tokens = new ArrayList<>();
    try (var client =
        asyncClient(rest.createBedrock("aws-converse-stream", aimock.url(), World.SECRET))) {
      var visitor =
          ConverseStreamResponseHandler.Visitor.builder()
              .onContentBlockDelta(delta -> pieces.add(delta.delta().text()))
              .onMetadata(metadata -> tokens.add(metadata.usage().totalTokens()))
              .build();
      client
          .converseStream(
              ConverseStreamRequest.builder()
                  .modelId(MODEL)
                  .messages(converse("Say hello").build().messages())
                  .build(),
              ConverseStreamResponseHandler.builder().subscriber(visitor).build())
          .get(TIMEOUT_S, TimeUnit.SECONDS);
    }
    assertThat(pieces).hasSizeGreaterThan(2);
    assertThat(String.join("", pieces)).isEqualTo(ANSWER);
    assertThat(tokens).containsExactly(1_545);
    assertSpent("aws-converse-stream", HELLO);
  }

  @Test
  void callsTools() {
    try (var client = client(rest.createBedrock("aws-tools", aimock.url(), World.SECRET))) {
      ConverseResponse answer =
          client.converse(
              converse("How is the weather in Oslo?").toolConfig(ConverseTalk.TOOLS).build());
      ToolUseBlock use = answer.output().message().content().getFirst().toolUse();
      assertThat(use.name()).isEqualTo("get_weather");
      assertThat(use.input().asMap().get("city")).isEqualTo(Document.fromString("Oslo"));
    }
    // 80 × 110 + 17 × 550 = 8,800 + 9,350
    assertSpent(
        "aws-tools",
        new Spending(
            1,
            0,
            0,
            18_150,
            Map.of("input", new Bucket(80, 8_800), "output", new Bucket(17, 9_350))));
  }

  private static SdkBytes anthropicBody() {
    return SdkBytes.fromUtf8String(
        "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}]}");
  }

  @Test
  void invokesModels() {
    try (var client = client(rest.createBedrock("aws-invoke", aimock.url(), World.SECRET))) {
      var answer =
          client.invokeModel(
              InvokeModelRequest.builder()
                  .modelId(MODEL)
                  .contentType("application/json")
                  .body(anthropicBody())
                  .build());
      assertThat(answer.body().asUtf8String()).contains(ANSWER);
    }
    assertSpent("aws-invoke", HELLO);
  }

  @Test
  void streamsInvocations() throws Exception {
    var pieces = new ArrayList<String>();
    Consumer<SdkBytes> chunk =
        bytes ->
            Optional.ofNullable(new JsonObject(bytes.asUtf8String()).getJsonObject("delta"))
                .map(delta -> delta.getString("text", ""))
                .ifPresent(pieces::add);
    try (var client =
        asyncClient(rest.createBedrock("aws-invoke-stream", bedrock.url(), World.SECRET))) {
      var visitor =
          InvokeModelWithResponseStreamResponseHandler.Visitor.builder()
              .onChunk(part -> chunk.accept(part.bytes()))
              .build();
      client
          .invokeModelWithResponseStream(
              InvokeModelWithResponseStreamRequest.builder()
                  .modelId(MODEL)
                  .contentType("application/json")
                  .body(anthropicBody())
                  .build(),
              InvokeModelWithResponseStreamResponseHandler.builder().subscriber(visitor).build())
          .get(TIMEOUT_S, TimeUnit.SECONDS);
    }
    assertThat(String.join("", pieces)).isEqualTo(ANSWER);
    assertSpent("aws-invoke-stream", HELLO);
  }

  /** What the gateway refuses leaves no record; what the upstream refuses leaves a failed one. */
  @Test
  void raisesItsOwnErrors() {
    String url = rest.createBedrock("aws-errors", bedrock.url(), World.SECRET, MODEL);
    try (var client = client(url);
        var stranger = AwsSdk.client(url, "not-a-token");
        var lost = client(program.gateway() + "/llm/v1/providers/aws-nobody")) {
      ConverseRequest hello = converse("Say hello").build();
      assertThatExceptionOfType(BedrockRuntimeException.class)
          .isThrownBy(() -> stranger.converse(hello))
          .satisfies(e -> assertError(e, 401, "UnrecognizedClientException"));
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(
              () -> client.converse(hello.toBuilder().modelId("amazon.nova-pro-v1:0").build()))
          .withMessageContaining("allows only the models on its list")
          .satisfies(e -> assertError(e, 403, "AccessDeniedException"));
      assertThatExceptionOfType(ResourceNotFoundException.class)
          .isThrownBy(() -> lost.converse(hello))
          .satisfies(e -> assertError(e, 404, "ResourceNotFoundException"));
      assertThatExceptionOfType(ValidationException.class)
          .isThrownBy(() -> client.converse(converse("x".repeat(TOO_LARGE_CHARS)).build()))
          .satisfies(e -> assertError(e, 413, "ValidationException"));
      assertThatExceptionOfType(ThrottlingException.class)
          .isThrownBy(
              () ->
                  client.converse(
                      hello.toBuilder()
                          .overrideConfiguration(
                              config -> config.putHeader("x-aimock-chaos-ratelimit", "1"))
                          .build()))
          .satisfies(e -> assertError(e, 429, "ThrottlingException"));
      assertThatExceptionOfType(ServiceUnavailableException.class)
          .isThrownBy(() -> client.converse(converse("Break down").build()))
          .satisfies(e -> assertError(e, 503, "ServiceUnavailableException"));
      var _ = client.converse(hello);
    }
    assertSpent("aws-errors", new Spending(3, 2, 0, HELLO.microcents(), HELLO.usage()));
  }

  /** Errors that come when an answer has long begun, and refusals of what would have streamed. */
  @Test
  void streamsRaiseItsOwnErrors() {
    String url = rest.createBedrock("aws-stream-errors", bedrock.url(), World.SECRET, MODEL);
    try (var client = asyncClient(url);
        var stranger = AwsSdk.asyncClient(url, "not-a-token")) {
      causeOf(invokeStream(client, "Break off"))
          .isInstanceOf(ThrottlingException.class)
          .hasMessageContaining("slow down");
      causeOf(converseStream(client, MODEL))
          .isInstanceOf(ModelStreamErrorException.class)
          .hasMessageContaining("the model broke off");
      causeOf(converseStream(client, "amazon.nova-pro-v1:0"))
          .hasMessageContaining("allows only the models on its list")
          .isInstanceOfSatisfying(
              AccessDeniedException.class, e -> assertError(e, 403, "AccessDeniedException"));
      causeOf(converseStream(stranger, MODEL))
          .isInstanceOfSatisfying(
              BedrockRuntimeException.class,
              e -> assertError(e, 401, "UnrecognizedClientException"));
    }
    // The first had told of 1,200 and 1; the second of nothing.
    assertSpent(
        "aws-stream-errors",
        new Spending(
            2,
            2,
            1,
            132_550,
            Map.of("input", new Bucket(1_200, 132_000), "output", new Bucket(1, 550))));
  }

  private static CompletableFuture<Void> invokeStream(
      BedrockRuntimeAsyncClient client, String says) {
    var visitor = InvokeModelWithResponseStreamResponseHandler.Visitor.builder().build();
    return client.invokeModelWithResponseStream(
        request ->
            request
                .modelId(MODEL)
                .contentType("application/json")
                .body(
                    SdkBytes.fromUtf8String(
                        anthropicBody().asUtf8String().replace("Say hello", says))),
        InvokeModelWithResponseStreamResponseHandler.builder().subscriber(visitor).build());
  }

  private static CompletableFuture<Void> converseStream(
      BedrockRuntimeAsyncClient client, String model) {
    var visitor = ConverseStreamResponseHandler.Visitor.builder().build();
    return client.converseStream(
        request -> request.modelId(model).messages(converse("Say hello").build().messages()),
        ConverseStreamResponseHandler.builder().subscriber(visitor).build());
  }

  private static AbstractThrowableAssert<?, ?> causeOf(CompletableFuture<Void> call) {
    return assertThatThrownBy(() -> call.get(TIMEOUT_S, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause();
  }

  private static void assertError(AwsServiceException e, int status, String code) {
    assertThat(e.statusCode()).isEqualTo(status);
    assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
  }

  private void assertSpent(String provider, Spending expected) {
    eventually(() -> assertThat(rest.spending(provider)).isEqualTo(expected));
  }
}
