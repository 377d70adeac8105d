package dev.adp.gateway;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider.Draft;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.Role;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the gateway refuses, each surface hears it in the words of its own SDK. */
@Timeout(60)
class GatewayShapesTest {
  private static final int BODY_BYTES_MAX = 20_000;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  /** One surface for each of the shapes. */
  enum Surface {
    OPENAI("openai", "/v1/chat/completions"),
    ANTHROPIC("claude", "/v1/messages"),
    GOOGLE("gemini", "/v1beta/models/listed:generateContent"),
    AWS("aws", "/model/listed/converse");

    private final String provider;
    private final String path;

    Surface(String provider, String path) {
      this.provider = provider;
      this.path = path;
    }

    /** What its SDK tells errors apart by. */
    private String named(Answer answer) {
      JsonObject body = answer.body();
      return switch (this) {
        case OPENAI -> body.getJsonObject("error").getString("type");
        case ANTHROPIC ->
            body.getString("type") + " " + body.getJsonObject("error").getString("type");
        case GOOGLE -> body.getJsonObject("error").getString("status");
        case AWS -> answer.header("x-amzn-errortype");
      };
    }

    private String message(Answer answer) {
      JsonObject holder = this == AWS ? answer.body() : answer.body().getJsonObject("error");
      return String.valueOf(holder.getString("message"));
    }
  }

  /** What came back. */
  record Answer(int status, MultiMap headers, JsonObject body) {
    String header(String name) {
      return String.valueOf(headers.get(name));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no token       | 401 | invalid_api_key              | authentication_error  | authentication_error  | UNAUTHENTICATED   | UnrecognizedClientException
          a reader       | 403 | permission_denied            | permission_error      | permission_error      | PERMISSION_DENIED | AccessDeniedException
          disabled       | 403 | provider_disabled            | permission_error      | permission_error      | PERMISSION_DENIED | AccessDeniedException
          another model  | 403 | model_not_allowed            | permission_error      | permission_error      | PERMISSION_DENIED | AccessDeniedException
          nobody         | 404 | provider_not_found           | invalid_request_error | not_found_error       | NOT_FOUND         | ResourceNotFoundException
          too large      | 413 | request_too_large            | invalid_request_error | request_too_large     | OUT_OF_RANGE      | ValidationException
          compressed     | 415 | unsupported_content_encoding | invalid_request_error | invalid_request_error | INVALID_ARGUMENT  | ValidationException
          an upgrade     | 501 | not_implemented              | server_error          | api_error             | UNIMPLEMENTED     | InternalServerException
          unreachable    | 502 | upstream_unreachable         | server_error          | api_error             | UNAVAILABLE       | InternalServerException
          journal full   | 503 | overloaded                   | server_error          | overloaded_error      | UNAVAILABLE       | ServiceUnavailableException
          too many calls | 503 | overloaded                   | server_error          | overloaded_error      | UNAVAILABLE       | ServiceUnavailableException
          silent         | 504 | upstream_timeout             | server_error          | timeout_error         | DEADLINE_EXCEEDED | InternalServerException
          """)
  void eachSurfaceHearsItInItsOwnWords(
      String kind,
      int status,
      String code,
      String openAi,
      String anthropic,
      String google,
      String aws)
      throws Exception {
    HttpClient client = store.vertx().createHttpClient();
    try (var rig = new GatewayRig(store, limits(kind))) {
      providers(rig, kind.equals("unreachable") ? freePort() : rig.upstreamPort());
      Runnable after = before(kind, rig);
      Map<Surface, CompletableFuture<Answer>> answers = new EnumMap<>(Surface.class);
      for (Surface surface : Surface.values()) {
        answers.put(surface, send(client, call(kind, rig, surface), body(kind)));
      }
      for (Surface surface : Surface.values()) {
        Answer answer = Objects.requireNonNull(answers.get(surface)).get(20, SECONDS);
        assertThat(answer.status()).as("%s: %s", surface, answer.body()).isEqualTo(status);
        assertThat(answer.header(Refusal.CODE_HEADER)).as("%s", surface).isEqualTo(code);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(surface.named(answer))
            .as("%s", surface)
            .isEqualTo(
                switch (surface) {
                  case OPENAI -> openAi;
                  case ANTHROPIC -> "error " + anthropic;
                  case GOOGLE -> google;
                  case AWS -> aws;
                });
        assertThat(surface.message(answer)).as("%s", surface).isNotEqualTo("null").isNotBlank();
        assertThat(answer.headers().contains("www-authenticate")).isEqualTo(status == 401);
        assertThat(answer.headers().contains("retry-after")).isEqualTo(status == 503);
      }
      boolean letIn = status == 502 || status == 504;
      assertThat(rig.ledger().pending()).isEqualTo(letIn ? Surface.values().length : 0);
      after.run();
    } finally {
      client.close().await();
    }
  }

  private static Limits limits(String kind) {
    return switch (kind) {
      case "too large" -> Limits.usual().heldBytes(BODY_BYTES_MAX, 10 * BODY_BYTES_MAX);
      case "too many calls" -> Limits.usual().calls(1);
      case "silent" -> Limits.usual().idle(2_000);
      default -> Limits.usual();
    };
  }

  private static void providers(GatewayRig rig, int port) {
    String here = "http://127.0.0.1:" + port;
    provider(rig, Drafts.openAi(Surface.OPENAI.provider, here + "/v1"));
    provider(rig, Drafts.anthropic(Surface.ANTHROPIC.provider, here));
    provider(rig, Drafts.google(Surface.GOOGLE.provider, here));
    provider(
        rig,
        Drafts.draft(
            Surface.AWS.provider,
            new ProviderConfig.Bedrock(
                new AwsRegion("us-east-1"),
                Optional.of(BaseUrl.of("bedrock_config.base_url", here)),
                new AwsCredential.StaticKeys(Drafts.OPENAI_API_KEY, Drafts.OPENAI_API_KEY),
                Optional.empty())));
  }

  private static void provider(GatewayRig rig, Draft draft) {
    rig.provider(draft.withModels(Drafts.models("listed")));
  }

  /** Brings about what is refused; what is returned ends it. */
  private static Runnable before(String kind, GatewayRig rig) throws Exception {
    switch (kind) {
      case "disabled" -> {
        for (Surface surface : Surface.values()) {
          rig.change(surface.provider, draft -> draft.withEnabled(false));
        }
      }
      case "journal full" -> rig.ledger().fill();
      case "silent" -> rig.answers(_ -> {});
      case "too many calls" -> {
        return occupied(rig);
      }
      default -> rig.answersJson("{}");
    }
    return () -> {
      int seen = kind.equals("silent") ? Surface.values().length : 0;
      assertThat(rig.seenCount()).as("calls that reached the upstream").isEqualTo(seen);
    };
  }

  /** With the one call that may be under way. */
  private static Runnable occupied(GatewayRig rig) throws Exception {
    var held = new CompletableFuture<HttpServerRequest>();
    rig.answers(held::complete);
    var first = rig.client().sendAsync(rig.chat("{\"model\":\"m\"}"), BodyHandlers.ofString());
    HttpServerRequest request = held.get(20, SECONDS);
    return () -> {
      assertThat(rig.seenCount()).as("calls that reached the upstream").isEqualTo(1);
      var _ = request.response().end("{}");
      assertThat(first.join().statusCode()).isEqualTo(200);
    };
  }

  private static RequestOptions call(String kind, GatewayRig rig, Surface surface) {
    String provider = kind.equals("nobody") ? "nobody" : surface.provider;
    String path = kind.equals("another model") ? surface.path.replace("listed", "x") : surface.path;
    RequestOptions call =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost("127.0.0.1")
            .setPort(rig.port())
            .setURI("/llm/v1/providers/" + provider + path)
            .putHeader("content-type", "application/json");
    switch (kind) {
      case "no token" -> {}
      case "a reader" -> call.putHeader("x-redpanda-cloud-token", readersToken(rig, surface));
      default -> call.putHeader("x-redpanda-cloud-token", rig.token());
    }
    switch (kind) {
      case "compressed" -> call.putHeader("content-encoding", "gzip");
      case "an upgrade" -> call.putHeader("connection", "upgrade").putHeader("upgrade", "foo/2");
      default -> {}
    }
    return call;
  }

  private static String readersToken(GatewayRig rig, Surface surface) {
    return rig.token(rig.account("reader-of-" + surface.provider, Role.READER, false));
  }

  private static String body(String kind) {
    return switch (kind) {
      case "another model" -> "{\"model\":\"x\"}";
      case "too large" ->
          "{\"model\":\"listed\",\"x\":\"%s\"}".formatted("y".repeat(BODY_BYTES_MAX));
      default -> "{\"model\":\"listed\"}";
    };
  }

  private static CompletableFuture<Answer> send(
      HttpClient client, RequestOptions call, String body) {
    return client
        .request(call)
        .compose(
            request ->
                request
                    .send(body)
                    .compose( // At once: what comes before somebody asks for it is lost.
                        response ->
                            response
                                .body()
                                .map(
                                    bytes ->
                                        new Answer(
                                            response.statusCode(),
                                            response.headers(),
                                            bytes.toJsonObject()))))
        .toCompletionStage()
        .toCompletableFuture();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
