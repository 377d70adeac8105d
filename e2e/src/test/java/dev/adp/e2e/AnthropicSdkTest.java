package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.PermissionDeniedException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolUseBlock;
import dev.adp.e2e.Spending.Bucket;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Anthropic's own client for Java, unmodified: only its base URL and its key are ours.
 *
 * <p>Rates of claude-haiku-4-5 in the catalogue, in USD per million tokens: input 1, output 5; so a
 * token costs 100 and 500 microcents.
 */
@ExtendWith(World.class)
class AnthropicSdkTest {
  private static final String MODEL = "claude-haiku-4-5";

  /** More than the gateway holds of a JSON body: 32 MiB. */
  private static final int TOO_LARGE_CHARS = 33 << 20;

  private static final String ANSWER = "Hello from the upstream, in more than one piece.";

  /** 1,200 × 100 + 345 × 500 = 120,000 + 172,500. */
  private static final Spending HELLO =
      new Spending(
          1,
          0,
          0,
          292_500,
          Map.of("input", new Bucket(1_200, 120_000), "output", new Bucket(345, 172_500)));

  private final Program program;
  private final Aimock aimock;
  private final Rest rest;

  AnthropicSdkTest(Program program, Aimock aimock) {
    this.program = program;
    this.aimock = aimock;
    rest = program.rest();
  }

  private static AnthropicClient client(String url, String token) {
    return AnthropicOkHttpClient.builder()
        .baseUrl(url)
        .apiKey(token)
        .maxRetries(0)
        .timeout(Duration.ofSeconds(30))
        .build();
  }

  private String newProvider(String name, String... models) {
    return rest.create(name, "anthropic_config", aimock.url(), World.SECRET, models);
  }

  private AnthropicClient clientOfNew(String provider) {
    return client(newProvider(provider), program.token());
  }

  private static MessageCreateParams.Builder message(String text) {
    return MessageCreateParams.builder().model(MODEL).maxTokens(100).addUserMessage(text);
  }

  @Test
  void answersMessages() {
    Message answer = clientOfNew("anthropic-sdk").messages().create(message("Say hello").build());

    assertThat(answer.content().getFirst().asText().text()).isEqualTo(ANSWER);
    assertThat(answer.usage().inputTokens()).isEqualTo(1_200);
    assertSpent("anthropic-sdk", HELLO);
  }

  @Test
  void streamsMessages() {
    List<RawMessageStreamEvent> events;
    try (var stream =
        clientOfNew("anthropic-sdk-stream")
            .messages()
            .createStreaming(message("Say hello").build())) {
      events = stream.stream().toList();
    }

    assertThat(
            events.stream()
                .flatMap(event -> event.contentBlockDelta().stream())
                .flatMap(event -> event.delta().text().stream())
                .map(delta -> delta.text()))
        .hasSizeGreaterThan(2)
        .satisfies(pieces -> assertThat(String.join("", pieces)).isEqualTo(ANSWER));
    assertThat(events.getLast().isMessageStop()).isTrue();
    assertSpent("anthropic-sdk-stream", HELLO);
  }

  @Test
  void callsTools() {
    var schema =
        Tool.InputSchema.builder()
            .putAdditionalProperty(
                "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
            .build();
    Message answer =
        clientOfNew("anthropic-sdk-tools")
            .messages()
            .create(
                message("How is the weather in Oslo?")
                    .addTool(Tool.builder().name("get_weather").inputSchema(schema).build())
                    .build());

    ToolUseBlock use =
        answer.content().stream()
            .flatMap(block -> block.toolUse().stream())
            .findFirst()
            .orElseThrow();
    assertThat(use.name()).isEqualTo("get_weather");
    assertThat(use._input().toString()).contains("Oslo");
    // 80 × 100 + 17 × 500 = 8,000 + 8,500
    assertSpent(
        "anthropic-sdk-tools",
        new Spending(
            1,
            0,
            0,
            16_500,
            Map.of("input", new Bucket(80, 8_000), "output", new Bucket(17, 8_500))));
  }

  /** What the gateway refuses leaves no record. */
  @Test
  void raisesItsOwnErrorsForWhatTheGatewayRefuses() {
    String url = newProvider("anthropic-sdk-refused", MODEL);
    MessageCreateParams hello = message("Say hello").build();
    AnthropicClient client = client(url, program.token());

    assertThatExceptionOfType(UnauthorizedException.class)
        .isThrownBy(() -> client(url, "not-a-token").messages().create(hello))
        .withMessageContaining("authentication_error");
    assertThatExceptionOfType(PermissionDeniedException.class)
        .isThrownBy(
            () -> client.messages().create(hello.toBuilder().model("claude-opus-5").build()))
        .withMessageContaining("allows only the models on its list")
        .satisfies(
            e ->
                assertThat(e.headers().values("x-adp-error-code"))
                    .containsExactly("model_not_allowed"));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(
            () ->
                client(program.gateway() + "/llm/v1/providers/nobody", program.token())
                    .messages()
                    .create(hello));
    assertThatExceptionOfType(AnthropicServiceException.class)
        .isThrownBy(() -> client.messages().create(message("x".repeat(TOO_LARGE_CHARS)).build()))
        .withMessageContaining("request_too_large")
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(413));
    var _ =
        rest.patch(
            "/v1/llm-providers/anthropic-sdk-refused", new JsonObject().put("enabled", false));
    assertThatExceptionOfType(PermissionDeniedException.class)
        .isThrownBy(() -> client.messages().create(hello))
        .withMessageContaining("disabled");
    var _ =
        rest.patch(
            "/v1/llm-providers/anthropic-sdk-refused", new JsonObject().put("enabled", true));
    var _ = client.messages().create(hello);
    assertSpent("anthropic-sdk-refused", HELLO);
  }

  @Test
  void raisesItsOwnErrorsForWhatTheUpstreamRefuses() {
    AnthropicClient client = clientOfNew("anthropic-sdk-failed");
    MessageCreateParams limited =
        message("Say hello").putAdditionalHeader("x-aimock-chaos-ratelimit", "1").build();

    assertThatExceptionOfType(RateLimitException.class)
        .isThrownBy(() -> client.messages().create(limited))
        .satisfies(e -> assertThat(e.headers().values("retry-after")).containsExactly("1"));
    assertThatExceptionOfType(InternalServerException.class)
        .isThrownBy(() -> client.messages().create(message("Break down").build()))
        .withMessageContaining("the upstream is on fire")
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(503));
    assertSpent("anthropic-sdk-failed", new Spending(2, 2, 0, 0, Map.of()));
  }

  /** Errors that come when an answer has long begun, and refusals of what would have streamed. */
  @Test
  void raisesItsOwnErrorsOfStreams() {
    try (var breaking = BreakingModel.start()) {
      String url =
          rest.create(
              "anthropic-sdk-broken", "anthropic_config", breaking.url(), World.SECRET, MODEL);
      MessageCreateParams hello = message("Say hello").build();
      AnthropicClient client = client(url, program.token());
      assertThatExceptionOfType(AnthropicServiceException.class)
          .isThrownBy(() -> drained(client, hello))
          .withMessageContaining("the model broke off");
      assertThatExceptionOfType(PermissionDeniedException.class)
          .isThrownBy(() -> drained(client, hello.toBuilder().model("claude-opus-5").build()))
          .withMessageContaining("allows only the models on its list");
      assertThatExceptionOfType(UnauthorizedException.class)
          .isThrownBy(() -> drained(client(url, "not-a-token"), hello));
    }
    // 1,200 × 100 + 1 × 500: what the stream had told of before.
    assertSpent(
        "anthropic-sdk-broken",
        new Spending(
            1,
            1,
            0,
            120_500,
            Map.of("input", new Bucket(1_200, 120_000), "output", new Bucket(1, 500))));
  }

  private static List<RawMessageStreamEvent> drained(
      AnthropicClient client, MessageCreateParams message) {
    try (var stream = client.messages().createStreaming(message)) {
      return stream.stream().toList();
    }
  }

  private void assertSpent(String provider, Spending expected) {
    eventually(() -> assertThat(rest.spending(provider)).isEqualTo(expected));
  }
}
