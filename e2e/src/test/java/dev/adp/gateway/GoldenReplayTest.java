package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adp.domain.UsageRecord;
import dev.adp.gateway.GatewayRig.Seen;
import dev.adp.store.StoreExtension;
import dev.adp.store.TestClock;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every exchange of the corpus through the whole gateway: bytes untouched, record as the table. */
class GoldenReplayTest {
  @RegisterExtension
  static final StoreExtension STORE =
      new StoreExtension(new TestClock(Instant.parse("2026-11-24T12:00:00Z")));

  private GoldenRig rig;

  @BeforeEach
  void start() {
    rig = new GoldenRig(STORE);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @TestFactory
  Stream<DynamicTest> passesBytesAndRecordsWhatTheTableSays() {
    return GoldenCase.all().stream()
        .map(golden -> dynamicTest(golden.toString(), () -> replay(golden)));
  }

  private void replay(GoldenCase golden) throws Exception {
    rig.forget();
    rig.answers(golden);
    HttpResponse<byte[]> response =
        rig.gateway().client().send(rig.request(golden), BodyHandlers.ofByteArray());

    assertThat(response.statusCode()).isEqualTo(golden.status());
    UsageRecord record = rig.record();
    assertThat(GoldenRow.of(golden.toString(), record)).isEqualTo(golden.expected());
    assertThat(record.operation())
        .isEqualTo(golden.method() + " " + golden.path().split("\\?", 2)[0]);
    // Who reads it again is not charged again: the store sees to that, by this name.
    assertThat(record.countsOnce().isEmpty()).isNotEqualTo(golden.has("again-free"));
    assertThat(response.body()).isEqualTo(golden.clientBody().getBytes());
    assertThat(headers(response)).containsAllEntriesOf(golden.responseHeaders());
    assertUpstreamSaw(golden, rig.gateway().seen());
  }

  private static void assertUpstreamSaw(GoldenCase golden, Seen seen) {
    assertThat(seen.header("accept-encoding")).isEqualTo("identity");
    assertThat(seen.request().headers().contains(ClientHeaders.GATEWAY_TOKEN)).isFalse();
    String body = seen.body().toString();
    if (golden.has("swallows")) {
      assertThat(body).contains("\"stream_options\":{\"include_usage\":true}");
    } else if (golden.has("body-untouched")) {
      assertThat(body).isEqualTo(golden.requestBody());
    }
  }

  private static Map<String, String> headers(HttpResponse<?> response) {
    return response.headers().map().entrySet().stream()
        .collect(
            Collectors.toMap(Map.Entry::getKey, header -> String.join(",", header.getValue())));
  }
}
