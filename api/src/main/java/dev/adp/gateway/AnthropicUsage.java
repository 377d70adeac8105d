package dev.adp.gateway;

import static dev.adp.gateway.UsageReader.count;
import static dev.adp.gateway.UsageReader.object;
import static dev.adp.gateway.UsageReader.text;

import dev.adp.domain.Tokens;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads usage of the Messages API. In a stream {@code message_start} reports the input and how
 * cache writes part by time to live; each {@code message_delta} reports totals so far, which take
 * the place of earlier ones. What a total exceeds its parts by is of unknown time to live. Caches
 * are reported beside the input, thinking inside the output.
 */
final class AnthropicUsage implements UsageReader {
  private static final JsonKeys TELLING = JsonKeys.of("usage", "model", "id", "type", "error");
  private Optional<Counts> counts = Optional.empty();
  private Reported told = Reported.NOTHING;
  private Tier tier = new Tier("", "", "");

  /**
   * What the price depends on besides the model. A stream tells it in its first event, perhaps
   * never again.
   *
   * @param geography where the call was kept, which costs more; {@code global} is anywhere
   */
  private record Tier(String service, String speed, String geography) {
    private static final Set<String> ANYWHERE = Set.of("", "global", "not_available");

    Tier then(JsonObject usage) {
      return new Tier(
          newer(usage, "service_tier", service),
          newer(usage, "speed", speed),
          newer(usage, "inference_geo", geography));
    }

    private static String newer(JsonObject usage, String name, String before) {
      String now = text(usage, name);
      return now.isEmpty() ? before : now;
    }

    /** As the price catalogue names it. */
    String joined() {
      return Stream.of(service, speed, ANYWHERE.contains(geography) ? "" : "geo_" + geography)
          .filter(part -> !part.isEmpty() && !part.equals("standard"))
          .collect(Collectors.joining("+"));
    }
  }

  /** The latest of each count. */
  private record Counts(
      long input,
      long output,
      long cached,
      long written,
      long written5m,
      long written1h,
      long thinking) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0);

    /** A count that is missing stays what it was. */
    Counts then(JsonObject usage) {
      JsonObject split = object(usage, "cache_creation").orElseGet(JsonObject::new);
      JsonObject details = object(usage, "output_tokens_details").orElseGet(JsonObject::new);
      return new Counts(
          newer(usage, "input_tokens", input),
          newer(usage, "output_tokens", output),
          newer(usage, "cache_read_input_tokens", cached),
          newer(usage, "cache_creation_input_tokens", written),
          newer(split, "ephemeral_5m_input_tokens", written5m),
          newer(split, "ephemeral_1h_input_tokens", written1h),
          newer(details, "thinking_tokens", thinking));
    }

    private static long newer(JsonObject json, String name, long before) {
      return json.getValue(name) instanceof Number ? count(json, name) : before;
    }

    Tokens tokens() {
      return new Tokens(
          input,
          Math.max(0, output - thinking),
          cached,
          written5m,
          written1h,
          Math.max(0, written - written5m - written1h),
          thinking,
          0);
    }

    boolean isOdd() {
      return output < thinking || (written > 0 && written < written5m + written1h);
    }
  }

  @Override
  public JsonKeys telling() {
    return TELLING;
  }

  @Override
  public Set<String> envelopes() {
    return Set.of("message");
  }

  @Override
  public List<String> marks() {
    return List.of("\"usage\"", "\"error\"");
  }

  @Override
  public Set<String> lastEvents() {
    return Set.of("message_stop", "error");
  }

  @Override
  public void accept(JsonObject object) {
    JsonObject message = object(object, "message").orElse(object);
    object(message, "usage")
        .ifPresent(
            usage -> {
              counts = Optional.of(counts.orElse(Counts.NONE).then(usage));
              tier = tier.then(usage);
            });
    told =
        told.then(
            Reported.of(Optional.empty(), text(message, "model"), text(message, "id"))
                .asFailed("error".equals(object.getValue("type"))));
  }

  @Override
  public Reported reported() {
    return told.then(
        Reported.of(counts.map(Counts::tokens), "", "")
            .servedAt(tier.joined())
            .asOdd(counts.map(Counts::isOdd).orElse(false)));
  }
}
