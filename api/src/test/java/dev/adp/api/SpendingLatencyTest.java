package dev.adp.api;

import static dev.adp.store.Turns.call;
import static dev.adp.store.Turns.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Records;
import dev.adp.store.Turns;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long the API says that calls took. */
class SpendingLatencyTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  /** Bins tell a time to nine per cent. */
  private static final Percentage PRECISION = Percentage.withPercentage(9);

  @Test
  void modelsHaveTheMedianAndTheTailOfTheirCalls() {
    for (int i = 0; i < 20; i++) {
      boolean streamed = i < 8;
      keep(
          Map.of(
              "latencyMicros",
              streamed ? 1_000_000L : 10_000L,
              "streamed",
              streamed,
              "firstByteMicros",
              Optional.of(50_000L)));
    }
    HttpResponse<String> answer =
        api.send(
            "GET",
            "/v1/spending/breakdown?group_by=model&start=2026-11-22T10:00:00Z&end=2026-11-22T11:00:00Z",
            "");
    api.contract().check("getSpendingBreakdown", answer);
    JsonObject model = new JsonObject(answer.body()).getJsonArray("entries").getJsonObject(0);
    assertThat(model.getString("key")).isEqualTo("gpt-5");
    JsonObject latency = model.getJsonObject("latency");
    assertThat(latency.getString("calls")).isEqualTo("20");
    assertThat(micros(latency, "p50")).isCloseTo(10_000, PRECISION);
    assertThat(micros(latency, "p95")).isCloseTo(1_000_000, PRECISION);
    JsonObject firstToken = model.getJsonObject("time_to_first_token");
    assertThat(firstToken.getString("calls")).isEqualTo("8");
    assertThat(micros(firstToken, "p50")).isCloseTo(50_000, PRECISION);
  }

  private static long micros(JsonObject timing, String name) {
    return Long.parseLong(timing.getString(name + "_micros"));
  }

  private static void keep(Map<String, Object> changes) {
    Turns.keep(
        api.store().database(),
        Records.with(call(new UUID(1, 1), START, ""), changes),
        silent("t"));
  }
}
