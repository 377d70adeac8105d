package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Wherever an answer is split on its way, it is counted the same and leaves the same. */
class GoldenSplitTest {
  private static final int STATUS_METERED_MAX = 299;

  /** Answers above are split at every byte of their last part only, and at some before. */
  private static final int SPLIT_EVERYWHERE_BYTES_MAX = 16_384;

  private static final int TAIL_BYTES = 64;
  private static final int PLACES_BEFORE = 16;

  /** What the client got and what the meter has learned. */
  private record Learned(Buffer out, Reported reported) {}

  @TestFactory
  Stream<DynamicTest> splitAtEveryByte() {
    return metered().map(golden -> dynamicTest(golden.toString(), () -> splitAtEveryByte(golden)));
  }

  @TestFactory
  Stream<DynamicTest> everyByteAlone() {
    return metered()
        .map(
            golden ->
                dynamicTest(
                    golden.toString(),
                    () -> {
                      int length = golden.responseBody().length();
                      assertLearned(golden, fed(golden, IntStream.rangeClosed(1, length)));
                    }));
  }

  private static Stream<GoldenCase> metered() {
    return GoldenCase.all().stream().filter(golden -> golden.status() <= STATUS_METERED_MAX);
  }

  private static void splitAtEveryByte(GoldenCase golden) {
    int length = golden.responseBody().length();
    places(length)
        .forEach(place -> assertLearned(golden, fed(golden, IntStream.of(place, length))));
  }

  private static IntStream places(int length) {
    return length <= SPLIT_EVERYWHERE_BYTES_MAX
        ? IntStream.rangeClosed(0, length)
        : IntStream.concat(
            IntStream.range(0, PLACES_BEFORE)
                .map(part -> (int) ((long) length * part / PLACES_BEFORE)),
            IntStream.rangeClosed(length - TAIL_BYTES, length));
  }

  /** Feeds an answer in pieces that end at these places. */
  private static Learned fed(GoldenCase golden, IntStream ends) {
    var lines = new ArrayList<Reported>();
    ResponseMeter meter = meter(golden, lines::add);
    Buffer body = golden.responseBody();
    Buffer out = Buffer.buffer();
    int[] start = {0};
    ends.forEach(
        end -> {
          out.appendBuffer(meter.accept(body.slice(start[0], end)));
          start[0] = end;
        });
    out.appendBuffer(meter.end());
    return new Learned(out, lines.stream().reduce(GoldenSplitTest::sum).orElseGet(meter::reported));
  }

  private static Reported sum(Reported one, Reported other) {
    return Reported.of(
        Optional.of(one.tokens().orElseThrow().plus(other.tokens().orElseThrow())),
        one.model(),
        one.id());
  }

  /**
   * @param lines is told of each answer in the results of a batch
   */
  private static ResponseMeter meter(GoldenCase golden, Consumer<Reported> lines) {
    Dialect dialect = Dialect.of(GoldenRig.config(golden.provider(), 1));
    Target target =
        dialect.target(HttpMethod.valueOf(golden.method()), golden.path().split("\\?", 2)[0]);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(golden.responseHeaders());
    return target.shown() instanceof Shown.Batch batch
        ? batch.meter(() -> target.wire().reader(headers, false), lines)
        : target
            .wire()
            .meter(
                golden.header("content-type"),
                headers,
                golden.has("swallows"),
                golden.requestBody().contains("\"ttl\":\"12h\""));
  }

  private static void assertLearned(GoldenCase golden, Learned learned) {
    GoldenRow row = golden.expected();
    Reported reported = learned.reported();
    assertThat(learned.out()).isEqualTo(golden.clientBody());
    assertThat(reported.model()).isEqualTo(row.modelAnswered());
    assertThat(reported.failed()).isEqualTo(row.outcome() == Outcome.UPSTREAM_ERROR);
    if (row.usageState() == UsageState.MISSING) {
      assertThat(reported.tokens()).isEmpty();
    } else if (!row.tokens().equals(Tokens.NONE)) {
      assertThat(reported.tokens()).isEqualTo(Optional.of(row.tokens()));
    }
  }
}
