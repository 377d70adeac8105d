package dev.adp.terraform.plugin;

import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The plugin's log: JSON lines on standard error, which Terraform merges into its own log. Nothing
 * of a configuration or of an answer may be logged: logs are where secrets turn up.
 */
public final class HclLog {
  /** Loaded with the first line: most runs write none. */
  private static final class Timestamp {
    static final DateTimeFormatter FORMAT =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSXXX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
  }

  /** How much it matters. */
  public enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF
  }

  private final PrintStream out;
  private final Level threshold;
  private final Clock clock;

  /** Writes what matters at least as much as a threshold. */
  public HclLog(PrintStream out, Level threshold, Clock clock) {
    this.out = out;
    this.threshold = threshold;
    this.clock = clock;
  }

  /**
   * The threshold that the environment asks for; Terraform filters once more itself. What is set
   * for this provider goes before what is for all of them, and that before what is for everything;
   * a variable that is empty is not set.
   *
   * @param provider its name, for example {@code redpanda}
   */
  public static Level threshold(String provider, Map<String, String> environment) {
    String asked =
        Stream.of(
                "TF_LOG_PROVIDER_" + provider.toUpperCase(Locale.ROOT), "TF_LOG_PROVIDER", "TF_LOG")
            .map(variable -> environment.getOrDefault(variable, ""))
            .filter(value -> !value.isEmpty())
            .findFirst()
            .orElse("OFF");
    return switch (asked.toUpperCase(Locale.ROOT)) {
      case "TRACE", "JSON" -> Level.TRACE;
      case "DEBUG" -> Level.DEBUG;
      case "INFO" -> Level.INFO;
      case "WARN" -> Level.WARN;
      case "ERROR" -> Level.ERROR;
      default -> Level.OFF;
    };
  }

  /** Whether lines of this level are written. */
  public boolean writes(Level level) {
    return level.compareTo(threshold) >= 0 && threshold != Level.OFF;
  }

  /** Writes a line, with names and values in turn. */
  public void log(Level level, String message, String... details) {
    if (!writes(level)) {
      return;
    }
    var line = new JsonObject();
    line.addProperty("@level", level.name().toLowerCase(Locale.ROOT));
    line.addProperty("@message", message);
    line.addProperty("@module", "provider");
    line.addProperty("@timestamp", Timestamp.FORMAT.format(clock.instant()));
    for (int i = 0; i + 1 < details.length; i += 2) {
      line.addProperty(details[i], details[i + 1]);
    }
    out.println(line);
  }
}
