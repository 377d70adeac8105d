package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.adp.e2e.Spending.Bucket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The providers' own clients for Node, unmodified: only their base URL and their key are ours. */
@ExtendWith(World.class)
class NodeClientsTest {
  private static final Path SCRIPT = Program.ROOT.resolve("e2e/node/clients.mjs");
  private static final Pattern OUTCOMES = Pattern.compile("^(\\[.*])$");
  private static final String HELLO = "Say hello";
  private static final String ANSWER = "Hello from the upstream, in more than one piece.";
  private static final String WEATHER = "How is the weather in Oslo?";

  /** More than the gateway holds of a JSON body: 32 MiB. */
  private static final int TOO_LARGE_BYTES = 33 << 20;

  @SuppressWarnings("NullAway.Init")
  private static Aimock open;

  @SuppressWarnings("NullAway.Init")
  private static FakeBedrock bedrock;

  @SuppressWarnings("NullAway.Init")
  private static BreakingModel breaking;

  private final Program program;
  private final Aimock aimock;
  private final Rest rest;

  NodeClientsTest(Program program, Aimock aimock) {
    this.program = program;
    this.aimock = aimock;
    rest = program.rest();
  }

  @BeforeAll
  static void start() {
    open = Aimock.startOpen();
    bedrock = FakeBedrock.start();
    breaking = BreakingModel.start();
  }

  @AfterAll
  static void stop() {
    open.close();
    bedrock.close();
    breaking.close();
  }

  /**
   * A client, a model of its provider, what a token of it costs in microcents, and what the client
   * raises for 401, 403, 404, 413, 429 and 503, and for a stream that ends as an error.
   */
  enum Client {
    OPENAI(
        "gpt-5.4-mini",
        75,
        450,
        "AuthenticationError PermissionDeniedError NotFoundError APIError RateLimitError InternalServerError APIError"),
    ANTHROPIC(
        "claude-haiku-4-5",
        100,
        500,
        "AuthenticationError PermissionDeniedError NotFoundError ContentTooLargeError RateLimitError ServiceUnavailableError APIError"),
    GOOGLE(
        "gemini-2.5-flash",
        30,
        250,
        "ApiError ApiError ApiError ApiError ApiError ApiError ApiError"),
    BEDROCK(
        "us.anthropic.claude-haiku-4-5-20251001-v1:0",
        110,
        550,
        "UnrecognizedClientException AccessDeniedException ResourceNotFoundException ValidationException ThrottlingException ServiceUnavailableException ModelStreamErrorException");

    private final String model;
    private final long inputRate;
    private final long outputRate;
    private final String errors;

    Client(String model, long inputRate, long outputRate, String errors) {
      this.model = model;
      this.inputRate = inputRate;
      this.outputRate = outputRate;
      this.errors = errors;
    }

    String lowerCase() {
      return name().toLowerCase(Locale.ROOT);
    }

    Spending spent(long requests, long failed, long input, long output) {
      return new Spending(
          requests,
          failed,
          0,
          input * inputRate + output * outputRate,
          Map.of(
              "input", new Bucket(input, input * inputRate),
              "output", new Bucket(output, output * outputRate)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersStreamsAndCallsTools(Client client) {
    List<JsonObject> outcomes =
        run(
            client,
            call(client, "plain", create(client, "plain"), HELLO),
            call(client, "stream", create(client, "stream"), HELLO),
            call(client, "tools", create(client, "tools"), WEATHER),
            call(client, "streamTools", create(client, "stream-tools"), WEATHER));

    assertThat(outcomes.getFirst())
        .isEqualTo(new JsonObject().put("text", ANSWER).put("tokens", 1_545));
    assertThat(outcomes.get(1).getString("text")).as("%s", outcomes.get(1)).isEqualTo(ANSWER);
    assertThat(outcomes.get(1).getInteger("pieces")).isGreaterThan(2);
    assertThat(outcomes.subList(2, 4))
        .containsOnly(
            new JsonObject()
                .put("tool", "get_weather")
                .put("input", new JsonObject().put("city", "Oslo")));
    assertSpent(client, "plain", client.spent(1, 0, 1_200, 345));
    assertSpent(client, "stream", client.spent(1, 0, 1_200, 345));
    assertSpent(client, "tools", client.spent(1, 0, 80, 17));
    assertSpent(client, "stream-tools", client.spent(1, 0, 80, 17));
  }

  /** What the gateway refuses leaves no record; what the upstream refuses leaves a failed one. */
  @ParameterizedTest
  @EnumSource
  void raisesItsOwnErrors(Client client) {
    String url =
        client == Client.BEDROCK
            ? rest.createBedrock(name(client, "errors"), bedrock.url(), World.SECRET, client.model)
            : create(client, "errors", client.model);
    List<String> errors = List.of(client.errors.split(" ", -1));
    JsonObject call = call(client, "plain", url, HELLO);
    List<JsonObject> outcomes =
        run(
            client,
            call.copy().put("token", "not-a-token"),
            call.copy().put("model", "another-model"),
            call.copy().put("url", program.gateway() + "/llm/v1/providers/node-nobody"),
            call.copy().putNull("says").put("bytes", TOO_LARGE_BYTES),
            call.copy().put("headers", new JsonObject().put("x-aimock-chaos-ratelimit", "1")),
            call.copy().put("says", "Break down"),
            call(client, "stream", breaking(client), HELLO),
            call.copy().put("scenario", "stream").put("token", "not-a-token"),
            call.copy().put("scenario", "stream").put("model", "another-model"),
            call);

    assertThat(outcomes.subList(0, 7))
        .extracting(outcome -> outcome.getString("error"))
        .as("%s", outcomes)
        .isEqualTo(errors);
    assertThat(outcomes.subList(0, 6))
        .extracting(outcome -> outcome.getInteger("status"))
        .containsExactly(401, 403, 404, 413, 429, 503);
    assertThat(outcomes.get(6).getString("message")).contains("the model broke off");
    assertThat(outcomes.subList(7, 9))
        .as("what is refused before it streams: %s", outcomes)
        .extracting(outcome -> outcome.getString("error"), outcome -> outcome.getInteger("status"))
        .containsExactly(tuple(errors.getFirst(), 401), tuple(errors.get(1), 403));
    assertThat(outcomes.get(1).getString("message")).contains("allows only the models on its list");
    assertThat(outcomes.getLast().getString("text")).isEqualTo(ANSWER);
    assertSpent(client, "errors", client.spent(3, 2, 1_200, 345));
    eventually(
        () -> assertThat(rest.spending(name(client, "broken")).failed()).as("broken").isOne());
  }

  /** Streams of InvokeModel come from our own stand-in: the other one frames them differently. */
  @ParameterizedTest
  @EnumSource(names = "BEDROCK")
  void invokesModels(Client client) {
    String streamUrl =
        rest.createBedrock(name(client, "invoke-stream"), bedrock.url(), World.SECRET);
    List<JsonObject> outcomes =
        run(
            client,
            call(client, "invoke", create(client, "invoke"), HELLO),
            call(client, "invokeStream", streamUrl, HELLO),
            call(client, "invokeStream", streamUrl, "Break off"));
    assertThat(outcomes.subList(0, 2))
        .extracting(outcome -> outcome.getString("text"))
        .as("%s", outcomes)
        .containsExactly(ANSWER, ANSWER);
    assertSpent(client, "invoke", client.spent(1, 0, 1_200, 345));
    assertThat(outcomes.get(2).getString("error"))
        .as("%s", outcomes)
        .isEqualTo("ThrottlingException");
    assertSpent(client, "invoke-stream", client.spent(2, 1, 2_400, 346));
  }

  /** Where models are listed, a form must be spelled so that all servers read the same. */
  @ParameterizedTest
  @EnumSource(names = "OPENAI")
  void sendsFormsPastAList(Client client) {
    String url = create(client, "forms", "gpt-4o-transcribe");
    JsonObject transcribe =
        call(client, "transcribe", url, HELLO).put("model", "gpt-4o-transcribe");
    List<JsonObject> outcomes =
        run(
            client,
            transcribe,
            transcribe.copy().put("model", "whisper-1"),
            call(client, "upload", url, "user_data"),
            call(client, "upload", url, "batch"));
    assertThat(outcomes.getFirst().getString("text")).as("%s", outcomes).isEqualTo("What was said");
    assertThat(outcomes.get(1).getInteger("status")).as("%s", outcomes).isEqualTo(403);
    assertThat(outcomes.get(2).getInteger("bytes")).as("%s", outcomes).isEqualTo(2);
    assertThat(outcomes.get(3).getInteger("status")).as("%s", outcomes).isEqualTo(403);
    // 14 × 250 + 101 × 1,000
    assertSpent(
        client,
        "forms",
        new Spending(
            2,
            0,
            0,
            104_500,
            Map.of("input", new Bucket(14, 3_500), "output", new Bucket(101, 101_000))));
  }

  private static String name(Client client, String name) {
    return "node-%s-%s".formatted(client.lowerCase(), name);
  }

  private String create(Client client, String name, String... models) {
    String provider = name(client, name);
    String config = client.lowerCase() + "_config";
    return switch (client) {
      case OPENAI -> rest.create(provider, config, aimock.baseUrl(), World.SECRET, models);
      case ANTHROPIC, GOOGLE -> rest.create(provider, config, aimock.url(), World.SECRET, models);
      case BEDROCK -> rest.createBedrock(provider, open.url(), World.SECRET, models);
    };
  }

  /** Where streams begin well and end as an error. */
  private String breaking(Client client) {
    String provider = name(client, "broken");
    String config = client.lowerCase() + "_config";
    return switch (client) {
      case OPENAI -> rest.create(provider, config, breaking.url() + "/v1", World.SECRET);
      case ANTHROPIC, GOOGLE -> rest.create(provider, config, breaking.url(), World.SECRET);
      case BEDROCK -> rest.createBedrock(provider, bedrock.url(), World.SECRET);
    };
  }

  private JsonObject call(Client client, String scenario, String url, String says) {
    return new JsonObject()
        .put("scenario", scenario)
        .put("url", url)
        .put("token", program.token())
        .put("model", client.model)
        .put("says", says);
  }

  private static List<JsonObject> run(Client client, JsonObject... calls) {
    var builder =
        new ProcessBuilder(
            "node",
            SCRIPT.toString(),
            client.lowerCase(),
            new JsonArray(List.of((Object[]) calls)).encode());
    Child process = Child.start(builder, OUTCOMES);
    var outcomes = new JsonArray(process.awaitReady(Duration.ofMinutes(2)).group(1));
    assertThat(process.awaitExit()).as(process.err()).isZero();
    return outcomes.stream().map(JsonObject.class::cast).toList();
  }

  private void assertSpent(Client client, String name, Spending expected) {
    eventually(() -> assertThat(rest.spending(name(client, name))).isEqualTo(expected));
  }
}
