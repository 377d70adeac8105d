package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators see of a running process, and how it stops. */
@Timeout(180)
class OperationsTest {
  private static final String SECRET = "sk-marker-of-operations";
  private static final String PROMPT = "marker-of-a-prompt";

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<HttpServerRequest> asked = new LinkedBlockingQueue<>();
  private final HttpServer upstream =
      vertx.createHttpServer().requestHandler(asked::add).listen(0, "127.0.0.1").await();
  private final Program program =
      Program.prepared(
          "up",
          "ADP_SHUTDOWN_ANNOUNCE_SECONDS",
          "5",
          "ADP_SHUTDOWN_SECONDS",
          "60",
          "ADP_CATALOG_URL",
          "/no/such/catalog.tsv",
          "OTEL_EXPORTER_OTLP_ENDPOINT", // Nobody listens there.
          "http://127.0.0.1:1");

  @BeforeEach
  void start() {
    program.start();
    World.putSecret(program.rest(), "OPERATIONS_KEY", SECRET);
    program
        .rest()
        .createOpenAi(
            "held", "http://127.0.0.1:%d/v1".formatted(upstream.actualPort()), "OPERATIONS_KEY");
  }

  @AfterEach
  void stop() {
    program.close();
    vertx.close().await();
  }

  @Test
  void streamsUnderWayEndBeforeTheProcessDoes() throws Exception {
    CompletableFuture<HttpResponse<String>> stream = call("gpt-5.4-mini");
    HttpServerRequest held = asked.poll(30, TimeUnit.SECONDS);
    held.response().setChunked(true).putHeader("content-type", "text/event-stream");
    held.response().write("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n").await();

    CompletableFuture<Integer> stopping = CompletableFuture.supplyAsync(program::stop);
    eventually(() -> assertThat(ready()).isEqualTo(503));
    eventually(() -> assertThat(ready()).isEqualTo(-1));
    assertThat(stopping).isNotDone();
    held.response().end("data: [DONE]\n\n").await();

    assertThat(stream.get(30, TimeUnit.SECONDS).body()).endsWith("data: [DONE]\n\n");
    assertThat(stopping.get(90, TimeUnit.SECONDS)).isEqualTo(128 + 15);
    List<String> log = program.out().lines().filter(line -> line.startsWith("{")).toList();
    assertThat(log).hasSize(1);
    assertThat(new JsonObject(log.getFirst()).getString("outcome")).isEqualTo("ok");
    assertThat(program.out() + program.err()).doesNotContain(SECRET, PROMPT, program.token());
  }

  @Test
  void metricsCountCallsAndShowNothingOfThem() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = call("gpt-5.4-mini");
    asked
        .poll(30, TimeUnit.SECONDS)
        .response()
        .putHeader("content-type", "application/json")
        .end("{\"model\":\"gpt-5.4-mini\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}")
        .await();
    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(
            new Rest(program.gateway(), SECRET)
                .call("GET", "/llm/v1/providers/held/models", "")
                .statusCode())
        .isEqualTo(401);
    assertThat(new Rest(program.portal(), SECRET).call("GET", "/v1/secrets", "").statusCode())
        .isEqualTo(401);
    eventually(() -> assertThat(metrics()).contains("\nadp_usage_pending 0\n"));
    assertThat(metrics())
        .contains(
            "adp_requests_total{provider=\"held\",model=\"gpt-5.4-mini\",outcome=\"ok\",status=\"2xx\"}"
                + " 1\n",
            "adp_tokens_total{provider=\"held\",model=\"gpt-5.4-mini\",type=\"output\"} 4\n",
            "adp_refusals_total{code=\"invalid_api_key\"} 1\n",
            "adp_access_refusals_total{surface=\"api\",action=\"authenticate\"} 1\n",
            "\nadp_usage_dropped_total 0\n",
            "\nadp_usage_batches_total ",
            "\nadp_config_age_seconds ",
            "\nadp_upstream_connections 1\n",
            "\njvm_memory_used_bytes{area=\"heap\"} ")
        .doesNotContain(SECRET, PROMPT, program.token());
    assertThat(watched()).hasSizeGreaterThan(20).isSubsetOf(families(metrics()));
    assertThat(documented()).containsAll(watched());
  }

  /** What the dashboard and the alerts ask for. */
  private static Set<String> watched() throws IOException {
    var names = new TreeSet<String>();
    for (String file : List.of("dashboard.json", "alerts.yaml")) {
      names.addAll(named(Files.readString(Program.ROOT.resolve("deploy/monitoring/" + file))));
    }
    return names;
  }

  private static Set<String> documented() throws IOException {
    return named(
        Files.readString(Program.ROOT.resolve("docs/metrics.md"))
            .replace("`jvm_*`", "jvm_memory_used_bytes"));
  }

  /** Names of families: a histogram's series have endings of their own. */
  private static Set<String> named(String text) {
    return Pattern.compile("\\b(adp|jvm|process)_[a-z_]+")
        .matcher(text)
        .results()
        .map(found -> found.group().replaceAll("_bucket$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> families(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ", -1)[2])
        .collect(Collectors.toSet());
  }

  @Test
  void aCatalogueThatCannotBeFetchedIsSeenInMetricsAndApi() {
    eventually(() -> assertThat(metrics()).contains("\nadp_catalog_fetch_failing 1\n"));
    assertThat(metrics()).doesNotContain("adp_catalog_fetch_age_seconds ");
    JsonObject versions = program.rest().get("/v1/catalog/versions");
    JsonObject inForce = versions.getJsonArray("catalog_versions").getJsonObject(0);
    assertThat(inForce.getString("source")).as("calls are priced meanwhile").isEqualTo("shipped");
    assertThat(inForce.getString("state")).isEqualTo("ACTIVE");
    JsonObject fetch = versions.getJsonObject("fetch");
    assertThat(fetch.getString("source")).isEqualTo("/no/such/catalog.tsv");
    assertThat(fetch.getString("state")).isEqualTo("FAILING");
    assertThat(fetch.getString("problem")).isEqualTo("there is no such file");
    assertThat(program.err()).containsOnlyOnce("cannot fetch the price catalogue");
  }

  @Test
  void everyAnswerOfBothPlanesCarriesARequestId() {
    for (URI plane : List.of(program.portal(), program.gateway())) {
      for (String path :
          List.of("/healthz/live", "/nothing", "/v1/secrets", "/llm/v1/providers/x")) {
        var request = HttpRequest.newBuilder(plane.resolve(path)).header("x-request-id", "mine-1");
        assertThat(Rest.send(request.build()).headers().allValues("x-request-id"))
            .as(path)
            .containsExactly("mine-1");
      }
    }
  }

  private CompletableFuture<HttpResponse<String>> call(String model) {
    var body =
        new JsonObject().put("model", model).put("stream", true).put("prompt", PROMPT).encode();
    var request =
        HttpRequest.newBuilder(program.gateway().resolve("/llm/v1/providers/held/chat/completions"))
            .header("authorization", "Bearer " + program.token())
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .sendAsync(request, BodyHandlers.ofString());
  }

  private int ready() {
    try {
      return Rest.send(HttpRequest.newBuilder(program.gateway().resolve("/healthz/ready")).build())
          .statusCode();
    } catch (UncheckedIOException _) {
      return -1; // Nobody listens any more.
    }
  }

  private String metrics() {
    return Rest.ok(
        Rest.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:%s/metrics"
                            .formatted(program.setting("ADP_METRICS_PORT"))))
                .build()));
  }
}
