package dev.adp.gateway;

import dev.adp.domain.Cost;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.http.Histogram;
import dev.adp.http.MetricsText;
import dev.adp.http.MetricsText.Measure;
import dev.adp.store.ProviderSnapshot;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the gateway counts. Labels are bounded: providers that exist, models that a provider lists
 * or the catalogue knows, outcomes, codes of ours; nothing that a caller can make up.
 */
public final class GatewayMetrics {
  /** Stands for every model that is nobody's. */
  static final String OTHER = "other";

  private static final int SERIES_MAX = 20_000;
  private static final int EVENT_LOOPS_MAX = 256;
  private static final double MICROS = 1_000_000;

  private final ProviderSnapshot snapshot;
  private final CallLimit calls;
  private final BodyBudget bodies;
  private final Map<Request, LongAdder> requests = new ConcurrentHashMap<>();
  private final Map<Use, Spent> spent = new ConcurrentHashMap<>();
  private final Map<String, Times> times = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger loops = new AtomicInteger();
  private final AtomicLongArray lagMicros = new AtomicLongArray(EVENT_LOOPS_MAX);

  private record Request(String provider, String model, String outcome, String status) {}

  private record Use(String provider, String model) {}

  private static final class Spent {
    private final LongAdder input = new LongAdder();
    private final LongAdder output = new LongAdder();
    private final LongAdder cached = new LongAdder();
    private final LongAdder cacheCreation5m = new LongAdder();
    private final LongAdder cacheCreation1h = new LongAdder();
    private final LongAdder cacheCreationUnknownTtl = new LongAdder();
    private final LongAdder reasoning = new LongAdder();
    private final LongAdder toolUseInput = new LongAdder();
    private final LongAdder unpriced = new LongAdder();
    private final LongAdder microcents = new LongAdder();

    void add(Tokens tokens, Cost cost) {
      input.add(tokens.input());
      output.add(tokens.output());
      cached.add(tokens.cached());
      cacheCreation5m.add(tokens.cacheCreation5m());
      cacheCreation1h.add(tokens.cacheCreation1h());
      cacheCreationUnknownTtl.add(tokens.cacheCreationUnknownTtl());
      reasoning.add(tokens.reasoning());
      toolUseInput.add(tokens.toolUseInput());
      unpriced.add(cost.unpricedTokens());
      microcents.add(cost.total());
    }

    Map<String, LongAdder> buckets() {
      return Map.of(
          "input", input,
          "output", output,
          "cached", cached,
          "cache_creation_5m", cacheCreation5m,
          "cache_creation_1h", cacheCreation1h,
          "cache_creation_unknown_ttl", cacheCreationUnknownTtl,
          "reasoning", reasoning,
          "tool_use_input", toolUseInput);
    }
  }

  private record Times(Histogram latency, Histogram firstByte) {}

  public GatewayMetrics(ProviderSnapshot snapshot, CallLimit calls, BodyBudget bodies) {
    this.snapshot = snapshot;
    this.calls = calls;
    this.bodies = bodies;
  }

  /**
   * Counts one call.
   *
   * @param model one of a bounded set
   */
  void recorded(String provider, String model, UsageRecord record) {
    var request =
        new Request(
            provider,
            model,
            record.outcome().name().toLowerCase(Locale.ROOT),
            record.status() / 100 + "xx");
    requests.computeIfAbsent(bounded(request), _ -> new LongAdder()).increment();
    spent
        .computeIfAbsent(bounded(new Use(provider, model)), _ -> new Spent())
        .add(record.tokens(), record.cost());
    Times taken = times.computeIfAbsent(provider, _ -> new Times(new Histogram(), new Histogram()));
    taken.latency().observe(record.latencyMicros());
    record.firstByteMicros().ifPresent(taken.firstByte()::observe);
  }

  private Request bounded(Request key) {
    return requests.size() < SERIES_MAX || requests.containsKey(key)
        ? key
        : new Request(OTHER, OTHER, key.outcome(), key.status());
  }

  private Use bounded(Use key) {
    return spent.size() < SERIES_MAX || spent.containsKey(key) ? key : new Use(OTHER, OTHER);
  }

  void refused(String code) {
    refusals.computeIfAbsent(code, _ -> new LongAdder()).increment();
  }

  void connected() {
    connections.incrementAndGet();
  }

  void disconnected() {
    connections.decrementAndGet();
  }

  /** A number for one more event loop. */
  int newLoop() {
    return loops.getAndIncrement() % EVENT_LOOPS_MAX;
  }

  /** How much later than due an event loop came to its timer. */
  void lag(int loop, long micros) {
    lagMicros.set(loop, micros);
  }

  /** Writes everything; forgets providers that are no more. */
  public void write(MetricsText text) {
    Set<String> existing = snapshot.providerNames();
    requests.keySet().removeIf(key -> gone(existing, key.provider()));
    spent.keySet().removeIf(key -> gone(existing, key.provider()));
    times.keySet().removeIf(name -> gone(existing, name));
    writeRequests(text);
    writeSpent(text);
    writeState(text);
  }

  private static boolean gone(Set<String> existing, String provider) {
    return !existing.contains(provider) && !provider.equals(OTHER);
  }

  private void writeRequests(MetricsText text) {
    text.family(
        "adp_requests_total",
        Measure.COUNTER,
        "Calls that were let through, by what became of them.");
    requests.forEach(
        (key, count) ->
            text.sample(
                "adp_requests_total",
                count.sum(),
                "provider",
                key.provider(),
                "model",
                key.model(),
                "outcome",
                key.outcome(),
                "status",
                key.status()));
    text.family(
        "adp_refusals_total",
        Measure.COUNTER,
        "Calls that the gateway refused, by its error code.");
    refusals.forEach((code, count) -> text.sample("adp_refusals_total", count.sum(), "code", code));
    text.family(
        "adp_request_duration_seconds",
        Measure.HISTOGRAM,
        "From the head of a call to the end of its answer.");
    times.forEach(
        (name, taken) ->
            taken.latency().write(text, "adp_request_duration_seconds", "provider", name));
    text.family(
        "adp_time_to_first_byte_seconds",
        Measure.HISTOGRAM,
        "From the head of a call to the first byte of the answer's body.");
    times.forEach(
        (name, taken) ->
            taken.firstByte().write(text, "adp_time_to_first_byte_seconds", "provider", name));
  }

  private void writeSpent(MetricsText text) {
    text.family("adp_tokens_total", Measure.COUNTER, "Tokens, in buckets that do not overlap.");
    spent.forEach(
        (key, of) ->
            of.buckets()
                .forEach(
                    (bucket, count) ->
                        text.sample(
                            "adp_tokens_total",
                            count.sum(),
                            "provider",
                            key.provider(),
                            "model",
                            key.model(),
                            "type",
                            bucket)));
    text.family(
        "adp_unpriced_tokens_total",
        Measure.COUNTER,
        "Tokens without a known price; they cost nothing yet.");
    spent.forEach(
        (key, of) ->
            text.sample(
                "adp_unpriced_tokens_total",
                of.unpriced.sum(),
                "provider",
                key.provider(),
                "model",
                key.model()));
    text.family(
        "adp_cost_microcents_total",
        Measure.COUNTER,
        "Cost; 100000000 microcents are one US dollar.");
    spent.forEach(
        (key, of) ->
            text.sample(
                "adp_cost_microcents_total",
                of.microcents.sum(),
                "provider",
                key.provider(),
                "model",
                key.model()));
  }

  private void writeState(MetricsText text) {
    text.single("adp_live_calls", Measure.GAUGE, "Calls under way.", calls.now());
    text.single(
        "adp_held_body_bytes", Measure.GAUGE, "Bytes of request bodies in memory.", bodies.held());
    text.single(
        "adp_upstream_connections",
        Measure.GAUGE,
        "Open connections to upstreams, idle ones too.",
        connections.get());
    text.family(
        "adp_event_loop_lag_seconds",
        Measure.GAUGE,
        "How late each event loop last came to a timer.");
    for (int i = 0; i < Math.min(loops.get(), EVENT_LOOPS_MAX); i++) {
      text.sample("adp_event_loop_lag_seconds", lagMicros.get(i) / MICROS, "loop", "" + i);
    }
  }
}
