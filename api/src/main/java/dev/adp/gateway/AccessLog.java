package dev.adp.gateway;

import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.http.MetricsText;
import dev.adp.http.MetricsText.Measure;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * One line of JSON for each call: who, what, how it ended, what it cost. Headers, query and bodies
 * are never in it. A thread of its own writes; when it cannot keep up, lines are dropped and
 * counted, for calls do not wait for their log.
 */
public final class AccessLog implements AutoCloseable {
  private static final int LINES_MAX = 10_000;
  private static final int TEXT_CHARS_MAX = 512;
  private static final long POLL_MS = 100;
  private static final long CLOSE_MS_MAX = 5_000;

  private final PrintStream out;
  private final ArrayBlockingQueue<Supplier<JsonObject>> lines =
      new ArrayBlockingQueue<>(LINES_MAX);
  private final LongAdder dropped = new LongAdder();
  private final Thread thread;
  private volatile boolean closing;

  public AccessLog(PrintStream out) {
    this.out = out;
    this.thread = Thread.ofPlatform().name("adp-access-log").daemon().start(this::run);
  }

  /**
   * @param refusal what the gateway itself answered, if it did
   */
  void recorded(CallStart start, String provider, UsageRecord record, Optional<Refusal> refusal) {
    add(() -> line(start, provider, record, refusal));
  }

  void refused(CallStart start, String provider, String operation, Refusal refusal) {
    long micros = start.micros();
    add(
        () ->
            new JsonObject()
                .put("time", start.at().toString())
                .put("request_id", start.requestId())
                .put("protocol", start.protocol())
                .put("provider", clipped(provider))
                .put("operation", clipped(operation))
                .put("status", refusal.status())
                .put("outcome", "refused")
                .put("code", refusal.code())
                .put("latency_us", micros));
  }

  private void add(Supplier<JsonObject> line) {
    if (!lines.offer(line)) {
      dropped.increment();
    }
  }

  private static JsonObject line(
      CallStart start, String provider, UsageRecord record, Optional<Refusal> refusal) {
    var line =
        new JsonObject()
            .put("time", record.startedAt().toString())
            .put("request_id", start.requestId())
            .put("protocol", start.protocol())
            .put("provider", provider)
            .put("provider_type", record.providerType())
            .put("operation", record.operation())
            .put("model", record.model())
            .put("model_answered", record.modelAnswered())
            .put("user", record.user())
            .put("agent", record.agent())
            .put("stream", record.streamed())
            .put("status", record.status())
            .put("outcome", record.outcome().name().toLowerCase(Locale.ROOT))
            .put("latency_us", record.latencyMicros());
    refusal.ifPresent(answer -> line.put("code", answer.code()));
    record.firstByteMicros().ifPresent(micros -> line.put("ttfb_us", micros));
    return line.put("request_bytes", record.requestBytes())
        .put("response_bytes", record.responseBytes())
        .put("usage_state", record.usageState().name().toLowerCase(Locale.ROOT))
        .put("tokens", tokens(record.tokens()))
        .put("cost_microcents", record.cost().total())
        .put("unpriced_tokens", record.cost().unpricedTokens())
        .put("upstream_id", record.upstreamId());
  }

  private static JsonObject tokens(Tokens tokens) {
    return new JsonObject()
        .put("input", tokens.input())
        .put("output", tokens.output())
        .put("cached", tokens.cached())
        .put("cache_creation_5m", tokens.cacheCreation5m())
        .put("cache_creation_1h", tokens.cacheCreation1h())
        .put("cache_creation_unknown_ttl", tokens.cacheCreationUnknownTtl())
        .put("reasoning", tokens.reasoning())
        .put("tool_use_input", tokens.toolUseInput());
  }

  private static String clipped(String text) {
    return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX);
  }

  private void run() {
    try {
      while (!closing || !lines.isEmpty()) {
        Supplier<JsonObject> line = lines.poll(POLL_MS, TimeUnit.MILLISECONDS);
        if (line != null) {
          out.print(ascii(line.get().encode()) + "\n");
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    out.flush();
  }

  /** No character that any reader could take for the end of a line, or for a command. */
  static String ascii(String json) {
    if (json.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      return json;
    }
    var text = new StringBuilder(json.length() + 32);
    json.chars()
        .forEach(
            c -> {
              if (c >= ' ' && c <= '~') {
                text.append((char) c);
              } else {
                text.append("\\u%04x".formatted(c));
              }
            });
    return text.toString();
  }

  public void write(MetricsText text) {
    text.single(
        "adp_access_log_dropped_total",
        Measure.COUNTER,
        "Lines of the access log that were dropped since they came too fast.",
        dropped.sum());
  }

  /** Writes what is left. */
  @Override
  public void close() {
    closing = true;
    try {
      boolean _ = thread.join(Duration.ofMillis(CLOSE_MS_MAX));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
