package dev.adp.gateway;

import static dev.adp.gateway.UsageReader.array;
import static dev.adp.gateway.UsageReader.count;
import static dev.adp.gateway.UsageReader.object;
import static dev.adp.gateway.UsageReader.text;

import dev.adp.domain.Tokens;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads usage of Converse and InvokeModel. Converse and Nova tell it in camel case, caches beside
 * the input; models of others tell it in the words of their makers. Where a body says nothing,
 * Bedrock's own counts stand in: of the last chunk's metrics, or of the headers; they are counts of
 * the same tokens, so they are never added.
 */
final class BedrockUsage implements UsageReader {
  private static final String METRICS = "amazon-bedrock-invocationMetrics";
  private static final JsonKeys TELLING =
      JsonKeys.of("usage", "model", "id", "type", "error", "serviceTier", "service_tier", METRICS);

  /** Stands in the last chunk of a stream. */
  static final String METRICS_MARK = '"' + METRICS + '"';

  private static final String HEADER = "x-amzn-bedrock-";

  private final AnthropicUsage anthropic = new AnthropicUsage();
  private final Reported byHeaders;
  private Reported told = Reported.NOTHING;
  private Reported metrics = Reported.NOTHING;

  /**
   * @param headers of the answer
   */
  BedrockUsage(MultiMap headers) {
    this.byHeaders = ofHeaders(headers);
  }

  @Override
  public JsonKeys telling() {
    return TELLING;
  }

  @Override
  public Set<String> envelopes() {
    return Set.of("message", "metadata");
  }

  @Override
  public List<String> marks() {
    return List.of("\"usage\"", "\"error\"", METRICS_MARK);
  }

  @Override
  public Set<String> lastEvents() {
    return Set.of(); // These streams are not of named events.
  }

  @Override
  public void accept(JsonObject answer) {
    JsonObject holder = object(answer, "metadata").orElse(answer); // A chunk of Nova.
    Optional<JsonObject> usage = object(holder, "usage");
    if (usage.isPresent() && isCamelCase(usage.get())) {
      told = told.then(ofCamelCase(usage.get()));
    } else if (usage.isPresent() && usage.get().containsKey("prompt_tokens")) {
      told = told.then(OpenAiUsage.read(answer));
    } else {
      anthropic.accept(answer);
    }
    object(answer, "serviceTier")
        .ifPresent(tier -> told = told.then(Reported.NOTHING.servedAt(text(tier, "type"))));
    object(answer, METRICS).ifPresent(counts -> metrics = metrics.then(ofMetrics(counts)));
  }

  @Override
  public Reported reported() {
    return byHeaders.then(metrics).then(anthropic.reported()).then(told);
  }

  private static boolean isCamelCase(JsonObject usage) {
    return usage.containsKey("inputTokens") || usage.containsKey("outputTokens");
  }

  private static Reported ofCamelCase(JsonObject usage) {
    long written = count(usage, "cacheWriteInputTokens", "cacheWriteInputTokenCount");
    JsonArray details = array(usage, "cacheDetails").orElseGet(JsonArray::new);
    long written5m = written(details, "5m");
    long written1h = written(details, "1h");
    return Reported.of(
            Optional.of(
                new Tokens(
                    count(usage, "inputTokens"),
                    count(usage, "outputTokens"),
                    count(usage, "cacheReadInputTokens", "cacheReadInputTokenCount"),
                    written5m,
                    written1h,
                    Math.max(0, written - written5m - written1h),
                    0,
                    0)),
            "",
            "")
        .asOdd(written < written5m + written1h);
  }

  private static long written(JsonArray details, String ttl) {
    long written = 0;
    for (Object detail : details) {
      if (detail instanceof JsonObject one && ttl.equals(one.getValue("ttl"))) {
        written += count(one, "inputTokens");
      }
    }
    return Math.min(written, (long) COUNT_MAX);
  }

  private static Reported ofMetrics(JsonObject counts) {
    boolean says = counts.containsKey("inputTokenCount") || counts.containsKey("outputTokenCount");
    return says
        ? plain(
            count(counts, "inputTokenCount"),
            count(counts, "outputTokenCount"),
            count(counts, "cacheReadInputTokenCount"),
            count(counts, "cacheWriteInputTokenCount"))
        : Reported.NOTHING;
  }

  private static Reported ofHeaders(MultiMap headers) {
    Reported tier = Reported.NOTHING.servedAt(header(headers, "service-tier"));
    String input = header(headers, "input-token-count");
    String output = header(headers, "output-token-count");
    return input.isEmpty() && output.isEmpty()
        ? tier
        : tier.then(
            plain(
                number(input),
                number(output),
                number(header(headers, "cache-read-input-token-count")),
                number(header(headers, "cache-write-input-token-count"))));
  }

  private static String header(MultiMap headers, String name) {
    return headers.contains(HEADER + name) ? String.valueOf(headers.get(HEADER + name)) : "";
  }

  private static long number(String digits) {
    return digits.matches("[0-9]{1,9}") ? Long.parseLong(digits) : 0;
  }

  /** Counts whose writes have no time to live. */
  private static Reported plain(long input, long output, long cached, long written) {
    return Reported.of(Optional.of(new Tokens(input, output, cached, 0, 0, written, 0, 0)), "", "");
  }
}
