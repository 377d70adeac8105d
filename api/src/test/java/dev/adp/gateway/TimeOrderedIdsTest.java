package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TimeOrderedIdsTest {
  private static final long NOW = 1_764_500_000_000L;

  @Test
  void tracesAreInTheOrderOfTheirTime() {
    List<String> ids =
        LongStream.range(NOW - 300, NOW + 300).mapToObj(TimeOrderedIds::traceId).toList();
    assertThat(ids).isSorted().doesNotHaveDuplicates().allMatch(TraceId::isValid);
  }

  @Test
  void tracesOfOneMomentDiffer() {
    assertThat(Stream.generate(() -> TimeOrderedIds.traceId(NOW)).limit(1_000))
        .doesNotHaveDuplicates()
        .allMatch(TraceId::isValid);
  }

  @Test
  void idsAreValid() {
    var ids = new TimeOrderedIds();
    assertThat(ids.generateTraceId()).matches(TraceId::isValid);
    assertThat(ids.generateSpanId()).matches(SpanId::isValid);
  }
}
