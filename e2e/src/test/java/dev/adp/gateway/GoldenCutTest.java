package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.StoreExtension;
import dev.adp.store.TestClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Answers that break off: what was reported by then is kept as partial, and what nobody reported is
 * missing, never zero. What exactly, {@code golden/cuts.tsv} says for the telling cases.
 */
class GoldenCutTest {
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
  Stream<DynamicTest> keepsWhatWasReportedAndInventsNothing() {
    return GoldenCase.all().stream()
        .filter(golden -> golden.status() == 200 && generates(golden))
        .flatMap(
            golden ->
                Stream.of(25, 50, 75)
                    .map(
                        percent ->
                            dynamicTest(
                                golden + " at " + percent + " %", () -> cut(golden, percent))));
  }

  private static boolean generates(GoldenCase golden) {
    GoldenRow row = golden.expected();
    return row.usageState() == UsageState.MISSING
        || (golden.method().equals("POST") && !row.tokens().equals(Tokens.NONE));
  }

  private void cut(GoldenCase golden, int percent) throws Exception {
    int bytes = (int) (golden.responseBody().length() * (long) percent / 100);
    rig.forget();
    rig.answersCut(golden, bytes);

    byte[] received = receivedUntilBroken(golden);
    UsageRecord record = rig.record();

    byte[] sent = golden.responseBody().getBytes(0, bytes);
    assertThat(received.length).isLessThanOrEqualTo(bytes);
    assertThat(received).isEqualTo(Arrays.copyOf(sent, received.length));
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(record.usageState()).isIn(UsageState.PARTIAL, UsageState.MISSING);
    assertThat(record.tokens().equals(Tokens.NONE))
        .isEqualTo(record.usageState() == UsageState.MISSING);
    expected(golden, percent)
        .forEach(
            row -> {
              assertThat(record.usageState())
                  .isEqualTo(UsageState.valueOf(GoldenRow.value(row, "usage_state")));
              assertThat(record.tokens()).isEqualTo(GoldenRow.tokens(row));
            });
  }

  private static Stream<Map<String, String>> expected(GoldenCase golden, int percent) {
    return GoldenRow.table("cuts.tsv").stream()
        .filter(row -> GoldenRow.value(row, "case").equals(golden.toString()))
        .filter(row -> GoldenRow.value(row, "percent").equals(String.valueOf(percent)));
  }

  /** What the client got; that its answer is broken it must see. */
  private byte[] receivedUntilBroken(GoldenCase golden) throws Exception {
    var received = new ByteArrayOutputStream();
    try (InputStream body =
        rig.gateway().client().send(rig.request(golden), BodyHandlers.ofInputStream()).body()) {
      body.transferTo(received);
    } catch (IOException _) {
      return received.toByteArray();
    }
    throw new AssertionError("the client took a broken answer for a whole one");
  }
}
