package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.adp.domain.Role;
import dev.adp.e2e.Spending.Bucket;
import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * OpenAI's own client for Java, unmodified: only its base URL and its key are ours.
 *
 * <p>Rates of gpt-5.4-mini in the catalogue, in USD per million tokens: input 0.75, output 4.50; so
 * a token costs 75 and 450 microcents.
 */
@ExtendWith(World.class)
class OpenAiSdkTest {
  private static final String MODEL = "gpt-5.4-mini";

  /** More than the gateway holds of a JSON body: 32 MiB. */
  private static final int TOO_LARGE_CHARS = 33 << 20;

  private static final String ANSWER = "Hello from the upstream, in more than one piece.";

  /** 1,200 × 75 + 345 × 450 = 90,000 + 155,250. */
  private static final Spending HELLO =
      new Spending(
          1,
          0,
          0,
          245_250,
          Map.of("input", new Bucket(1_200, 90_000), "output", new Bucket(345, 155_250)));

  private static final Spending ONE_FAILED = new Spending(1, 1, 0, 0, Map.of());

  private final Program program;
  private final Aimock aimock;
  private final Rest rest;

  OpenAiSdkTest(Program program, Aimock aimock) {
    this.program = program;
    this.aimock = aimock;
    rest = program.rest();
  }

  @Test
  void answersChatCompletions() {
    OpenAIClient client = clientOfNew("sdk-chat");

    ChatCompletion answer = client.chat().completions().create(hello(MODEL));

    assertThat(answer.choices().getFirst().message().content()).contains(ANSWER);
    assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(1_545);
    assertSpent("sdk-chat", HELLO);
  }

  @Test
  void streamsChatCompletions() {
    OpenAIClient client = clientOfNew("sdk-chat-stream");

    List<ChatCompletionChunk> chunks;
    try (var stream = client.chat().completions().createStreaming(hello(MODEL))) {
      chunks = stream.stream().toList();
    }

    assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.choices()).hasSize(1));
    assertThat(
            chunks.stream().flatMap(chunk -> chunk.choices().getFirst().delta().content().stream()))
        .hasSizeGreaterThan(2)
        .satisfies(pieces -> assertThat(String.join("", pieces)).isEqualTo(ANSWER));
    assertSpent("sdk-chat-stream", HELLO);
  }

  @Test
  void callsTools() {
    OpenAIClient client = clientOfNew("sdk-tools");
    var parameters =
        FunctionParameters.builder()
            .putAdditionalProperty("type", JsonValue.from("object"))
            .putAdditionalProperty(
                "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
            .build();

    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(
                ChatCompletionCreateParams.builder()
                    .model(MODEL)
                    .addUserMessage("How is the weather in Oslo?")
                    .addFunctionTool(
                        FunctionDefinition.builder()
                            .name("get_weather")
                            .parameters(parameters)
                            .build())
                    .build());

    var call = answer.choices().getFirst().message().toolCalls().orElseThrow().getFirst();
    assertThat(call.asFunction().function().name()).isEqualTo("get_weather");
    assertThat(new JsonObject(call.asFunction().function().arguments()))
        .isEqualTo(new JsonObject().put("city", "Oslo"));
    // 80 × 75 + 17 × 450 = 6,000 + 7,650
    assertSpent(
        "sdk-tools",
        new Spending(
            1,
            0,
            0,
            13_650,
            Map.of("input", new Bucket(80, 6_000), "output", new Bucket(17, 7_650))));
  }

  @Test
  void embeds() {
    OpenAIClient client = clientOfNew("sdk-embeddings");

    var answer =
        client
            .embeddings()
            .create(
                EmbeddingCreateParams.builder()
                    .model("text-embedding-3-small")
                    .input("a sentence")
                    .encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT)
                    .build());

    assertThat(answer.data().getFirst().embedding()).containsExactly(0.25f, -0.5f, 0.125f);
    assertSpent(
        "sdk-embeddings", new Spending(1, 0, 0, 0, Map.of())); // This upstream reports 0 tokens.
  }

  @Test
  void answersResponses() {
    OpenAIClient client = clientOfNew("sdk-responses");

    var answer = client.responses().create(response());

    assertThat(answer.output().getFirst().asMessage().content().getFirst().asOutputText().text())
        .isEqualTo(ANSWER);
    assertSpent("sdk-responses", HELLO);
  }

  @Test
  void streamsResponses() {
    OpenAIClient client = clientOfNew("sdk-responses-stream");

    List<ResponseStreamEvent> events;
    try (var stream = client.responses().createStreaming(response())) {
      events = stream.stream().toList();
    }

    assertThat(
            events.stream()
                .flatMap(event -> event.outputTextDelta().stream())
                .map(delta -> delta.delta()))
        .satisfies(pieces -> assertThat(String.join("", pieces)).isEqualTo(ANSWER));
    assertThat(events.getLast().isCompleted()).isTrue();
    assertSpent("sdk-responses-stream", HELLO);
  }

  /** Where models are listed, a form must be spelled so that all servers read the same. */
  @Test
  void transcribesWithAListedModel(@TempDir Path folder) throws IOException {
    String url = newProvider("sdk-transcription", "gpt-4o-transcribe");
    Path sound = Files.writeString(folder.resolve("sound of \u00e4.wav"), "RIFF");

    var answer =
        Sdk.client(url, program.token())
            .audio()
            .transcriptions()
            .create(
                TranscriptionCreateParams.builder().model("gpt-4o-transcribe").file(sound).build());

    assertThat(answer.asTranscription().text()).isEqualTo("What was said");
    // 14 × 250 + 101 × 1,000
    assertSpent(
        "sdk-transcription",
        new Spending(
            1,
            0,
            0,
            104_500,
            Map.of("input", new Bucket(14, 3_500), "output", new Bucket(101, 101_000))));
  }

  @Test
  void uploadsFilesButNoBatchesPastAList(@TempDir Path folder) throws IOException {
    OpenAIClient client = Sdk.client(newProvider("sdk-files", MODEL), program.token());
    Path lines = Files.writeString(folder.resolve("lines.jsonl"), "{}");
    var data = FileCreateParams.builder().file(lines).purpose(FilePurpose.USER_DATA).build();
    assertThat(client.files().create(data).bytes()).isEqualTo(2);
    var batch = FileCreateParams.builder().file(lines).purpose(FilePurpose.BATCH).build();
    assertThatExceptionOfType(PermissionDeniedException.class)
        .isThrownBy(() -> client.files().create(batch))
        .satisfies(e -> assertThat(code(e)).isEqualTo("model_not_allowed"));
    assertSpent("sdk-files", new Spending(1, 0, 0, 0, Map.of()));
  }

  @Test
  void refusesABadToken() {
    String url = newProvider("sdk-bad-token");
    OpenAIClient client = Sdk.client(url, "not-a-token");

    assertThatExceptionOfType(UnauthorizedException.class)
        .isThrownBy(() -> client.chat().completions().create(hello(MODEL)))
        .satisfies(e -> assertThat(code(e)).isEqualTo("invalid_api_key"));
    assertOnlyTheNextCallIsRecorded("sdk-bad-token", url);
  }

  @Test
  void refusesACallerWhoMayNotInvoke() {
    String url = newProvider("sdk-reader");
    String token;
    // Adopts the program's own server; it is not ours to close.
    String databaseUrl = EmbeddedPostgres.start(program.data().resolve("postgres")).databaseUrl();
    try (var directory = new Directory(databaseUrl)) {
      token = directory.token(program, "sdk-reader", Role.READER);
    }
    OpenAIClient client = Sdk.client(url, token);

    assertThatExceptionOfType(PermissionDeniedException.class)
        .isThrownBy(() -> client.chat().completions().create(hello(MODEL)))
        .withMessageContaining(
            "lacks permission dataplane_adp_llmprovider_invoke on provider \"sdk-reader\"");
    assertOnlyTheNextCallIsRecorded("sdk-reader", url);
  }

  @Test
  void refusesADisabledProvider() {
    String url = newProvider("sdk-disabled");
    OpenAIClient client = Sdk.client(url, program.token());
    rest.patch("/v1/llm-providers/sdk-disabled", new JsonObject().put("enabled", false));

    assertThatExceptionOfType(PermissionDeniedException.class)
        .isThrownBy(() -> client.chat().completions().create(hello(MODEL)))
        .satisfies(e -> assertThat(code(e)).isEqualTo("provider_disabled"));

    rest.patch("/v1/llm-providers/sdk-disabled", new JsonObject().put("enabled", true));
    assertOnlyTheNextCallIsRecorded("sdk-disabled", url);
  }

  @Test
  void refusesAModelThatIsNotOnTheList() {
    String url = newProvider("sdk-models", MODEL);
    OpenAIClient client = Sdk.client(url, program.token());

    assertThatExceptionOfType(PermissionDeniedException.class)
        .isThrownBy(() -> client.chat().completions().create(hello("gpt-5-nano")))
        .satisfies(e -> assertThat(code(e)).isEqualTo("model_not_allowed"));
    assertOnlyTheNextCallIsRecorded("sdk-models", url);
  }

  @Test
  void refusesAnUnknownProvider() {
    OpenAIClient client =
        Sdk.client(program.gateway() + "/llm/v1/providers/sdk-nobody", program.token());

    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> client.chat().completions().create(hello(MODEL)))
        .satisfies(e -> assertThat(code(e)).isEqualTo("provider_not_found"));
  }

  @Test
  void refusesABodyThatIsTooLarge() {
    String url = newProvider("sdk-too-large");
    OpenAIClient client = Sdk.client(url, program.token());
    var large =
        ChatCompletionCreateParams.builder()
            .model(MODEL)
            .addUserMessage("x".repeat(TOO_LARGE_CHARS))
            .build();

    assertThatExceptionOfType(OpenAIServiceException.class)
        .isThrownBy(() -> client.chat().completions().create(large))
        .satisfies(
            e -> {
              assertThat(e.statusCode()).isEqualTo(413);
              assertThat(code(e)).isEqualTo("request_too_large");
            });
    assertOnlyTheNextCallIsRecorded("sdk-too-large", url);
  }

  @Test
  void passesRateLimitsThrough() {
    OpenAIClient client = clientOfNew("sdk-rate-limit");
    var limited =
        hello(MODEL).toBuilder().putAdditionalHeader("x-aimock-chaos-ratelimit", "1").build();

    assertThatExceptionOfType(RateLimitException.class)
        .isThrownBy(() -> client.chat().completions().create(limited))
        .satisfies(
            e -> {
              assertThat(code(e)).isEqualTo("chaos_ratelimit");
              assertThat(e.headers().values("retry-after")).containsExactly("1");
              assertThat(e.headers().values("x-ratelimit-limit-requests")).containsExactly("60");
            });
    assertSpent("sdk-rate-limit", ONE_FAILED);
  }

  @Test
  void passesFailuresOfTheUpstreamThrough() {
    OpenAIClient client = clientOfNew("sdk-failure");
    var failing =
        ChatCompletionCreateParams.builder().model(MODEL).addUserMessage("Break down").build();

    assertThatExceptionOfType(InternalServerException.class)
        .isThrownBy(() -> client.chat().completions().create(failing))
        .withMessageContaining("the upstream is on fire")
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(503));
    assertSpent("sdk-failure", ONE_FAILED);
  }

  private OpenAIClient clientOfNew(String provider) {
    return Sdk.client(newProvider(provider), program.token());
  }

  private String newProvider(String name, String... models) {
    return rest.createOpenAi(name, aimock.baseUrl(), World.SECRET, models);
  }

  private static ChatCompletionCreateParams hello(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("Say hello").build();
  }

  private static ResponseCreateParams response() {
    return ResponseCreateParams.builder().model(MODEL).input("Say hello").build();
  }

  private static String code(OpenAIServiceException e) {
    return e.code().orElse("");
  }

  private void assertSpent(String provider, Spending expected) {
    eventually(() -> assertThat(rest.spending(provider)).isEqualTo(expected));
  }

  /** A refused call leaves no record: after one good call there is exactly that one. */
  private void assertOnlyTheNextCallIsRecorded(String provider, String url) {
    var _ = Sdk.client(url, program.token()).chat().completions().create(hello(MODEL));
    assertSpent(provider, HELLO);
  }
}
