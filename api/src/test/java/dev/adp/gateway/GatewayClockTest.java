package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.store.StoreExtension;
import dev.adp.store.TestClock;
import io.vertx.core.http.HttpServerRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calendar may jump under a call; what is measured does not. */
@Timeout(60)
class GatewayClockTest {
  private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");
  private static final String STREAM = "{\"model\":\"gpt-4o\",\"stream\":true}";
  private static final long MINUTE_MICROS = TimeUnit.MINUTES.toMicros(1);

  private static final TestClock CLOCK = new TestClock(START);

  @RegisterExtension static final StoreExtension store = new StoreExtension(CLOCK);

  @ParameterizedTest
  @ValueSource(longs = {-3, 3})
  void aCallGoesOnWhileTheClockJumpsAndIsRecordedAtItsBegin(long hours) throws Exception {
    CLOCK.set(START);
    try (var rig = new GatewayRig(store)) {
      var upstream = new CompletableFuture<HttpServerRequest>();
      rig.answers(upstream::complete);
      CompletableFuture<HttpResponse<String>> stream =
          rig.client().sendAsync(rig.chat(STREAM), BodyHandlers.ofString());
      var response = upstream.get(20, TimeUnit.SECONDS).response();
      response.setChunked(true).putHeader("content-type", "text/event-stream");
      CLOCK.advance(Duration.ofHours(hours));
      response.end("data: {\"choices\":[{}]}\n\ndata: [DONE]\n\n").await();
      assertThat(stream.get(20, TimeUnit.SECONDS).body()).endsWith("data: [DONE]\n\n");
      UsageRecord record = rig.ledger().next();
      assertThat(record.outcome()).isEqualTo(Outcome.OK);
      assertThat(record.startedAt()).isEqualTo(START);
      assertThat(record.latencyMicros()).isBetween(0L, MINUTE_MICROS);
    }
  }

  @Test
  void aTokenEndsByTheClockAndANewOneIsServed() throws Exception {
    CLOCK.set(START);
    try (var rig = new GatewayRig(store)) {
      rig.answersJson("{}");
      var before = rig.chat("{}");
      assertThat(rig.send(before).statusCode()).isEqualTo(200);
      CLOCK.advance(Duration.ofHours(2));
      assertThat(rig.send(before).statusCode()).isEqualTo(401);
      assertThat(rig.send(rig.chat("{}")).statusCode()).isEqualTo(200);
    }
  }
}
