package dev.adp.gateway;

import dev.adp.http.MetricsText;
import dev.adp.http.MetricsText.Measure;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/**
 * Sends ended spans away in batches, from a thread of its own. What waits is bounded by number and,
 * since bodies may be in it, by size; beyond that spans are dropped and counted.
 */
final class SpanExport implements SpanProcessor {
  private static final int SPANS_MAX = 2_048;
  private static final int BATCH_SPANS_MAX = 512;

  /** Receivers bound what they take in one request. */
  private static final long BATCH_BYTES_MAX = 4L << 20;

  private static final long GATHER_MS = 500;
  private static final long POLL_MS = 100;
  private static final long CLOSE_MS_MAX = 5_000;

  /** What receivers answer does not belong into our log; kept here, or it would be forgotten. */
  private static final java.util.logging.Logger QUIET =
      java.util.logging.Logger.getLogger("io.opentelemetry");

  private final SpanExporter exporter;
  private final long waitingBytesMax;
  private final long timeoutMs;
  private final ArrayBlockingQueue<SpanData> spans = new ArrayBlockingQueue<>(SPANS_MAX);
  private final AtomicLong waitingBytes = new AtomicLong();
  private final LongAdder exported = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Thread thread;
  private volatile boolean closing;

  /**
   * @param timeout of one request, further tries included
   */
  SpanExport(SpanExporter exporter, long waitingBytesMax, Duration timeout) {
    QUIET.setLevel(Level.OFF);
    this.exporter = exporter;
    this.waitingBytesMax = waitingBytesMax;
    this.timeoutMs = timeout.toMillis();
    this.thread = Thread.ofPlatform().name("adp-spans").daemon().start(this::run);
  }

  @Override
  public void onEnd(ReadableSpan span) {
    SpanData data = span.toSpanData();
    long bytes = bytes(data);
    if (waitingBytes.addAndGet(bytes) > waitingBytesMax || !spans.offer(data)) {
      waitingBytes.addAndGet(-bytes);
      dropped.increment();
    }
  }

  /** About as many as its texts have. */
  private static long bytes(SpanData span) {
    long[] bytes = {0};
    span.getAttributes()
        .forEach((_, value) -> bytes[0] += value instanceof String text ? text.length() : 8);
    return bytes[0];
  }

  private void run() {
    try {
      while (!closing || !spans.isEmpty()) {
        SpanData first = spans.poll(POLL_MS, TimeUnit.MILLISECONDS);
        if (first != null) {
          if (!closing) {
            TimeUnit.MILLISECONDS.sleep(GATHER_MS);
          }
          export(first);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void export(SpanData first) {
    List<SpanData> batch = new ArrayList<>();
    long bytes = 0;
    for (SpanData next = first; next != null; next = nextWithin(batch.size(), bytes)) {
      batch.add(next);
      bytes += bytes(next);
    }
    CompletableResultCode result = exporter.export(batch).join(timeoutMs, TimeUnit.MILLISECONDS);
    waitingBytes.addAndGet(-bytes);
    (result.isSuccess() ? exported : failed).add(batch.size());
  }

  private @Nullable SpanData nextWithin(int count, long bytes) {
    return count < BATCH_SPANS_MAX && bytes < BATCH_BYTES_MAX ? spans.poll() : null;
  }

  void write(MetricsText text) {
    text.single(
        "adp_spans_exported_total",
        Measure.COUNTER,
        "Spans that the OTLP receiver has taken.",
        exported.sum());
    text.family(
        "adp_spans_dropped_total", Measure.COUNTER, "Spans that were not exported, by the reason.");
    text.sample("adp_spans_dropped_total", dropped.sum(), "reason", "queue");
    text.sample("adp_spans_dropped_total", failed.sum(), "reason", "receiver");
  }

  @Override
  public void onStart(Context parentContext, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  /** Sends what is left, as far as that goes in time. */
  @Override
  public CompletableResultCode shutdown() {
    closing = true;
    try {
      if (!thread.join(Duration.ofMillis(CLOSE_MS_MAX))) {
        thread.interrupt();
        dropped.add(spans.size());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return exporter.shutdown();
  }
}
