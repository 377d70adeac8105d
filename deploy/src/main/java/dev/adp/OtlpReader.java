package dev.adp;

import dev.adp.gateway.OtlpSettings;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the variables that OpenTelemetry has for its exporters, as far as they say something here.
 * Platforms set many others for all their programs, so those are passed over.
 */
final class OtlpReader {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String TRACES = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  private static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
  private static final String HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";
  private static final String TIMEOUT = "OTEL_EXPORTER_OTLP_TIMEOUT";
  private static final String COMPRESSION = "OTEL_EXPORTER_OTLP_COMPRESSION";
  private static final String SERVICE_NAME = "OTEL_SERVICE_NAME";
  private static final String RESOURCE = "OTEL_RESOURCE_ATTRIBUTES";
  private static final String EXPORTER = "OTEL_TRACES_EXPORTER";
  private static final String DISABLED = "OTEL_SDK_DISABLED";
  private static final long TIMEOUT_MS = 10_000;

  private final Map<String, String> environment;
  private final Consumer<String> wrong;

  /**
   * @param wrong is told what is wrong, without any value that may be a secret
   */
  OtlpReader(Map<String, String> environment, Consumer<String> wrong) {
    this.environment = environment;
    this.wrong = wrong;
  }

  /** Empty when spans go nowhere. */
  Optional<OtlpSettings> read() {
    String exporter = oneOf(EXPORTER, "otlp", "none");
    boolean disabled = text(DISABLED).map(Boolean::parseBoolean).orElse(false);
    String _ = oneOf(PROTOCOL, "http/protobuf");
    boolean gzip = oneOf(COMPRESSION, "none", "gzip").equals("gzip");
    Optional<URI> traces =
        text(TRACES)
            .flatMap(url -> url(TRACES, url))
            .or(() -> text(ENDPOINT).flatMap(url -> url(ENDPOINT, url)).map(OtlpReader::ofTraces));
    Map<String, String> headers = pairs(HEADERS);
    Map<String, String> resource = new LinkedHashMap<>(pairs(RESOURCE));
    text(SERVICE_NAME).ifPresent(name -> resource.put("service.name", name));
    resource.putIfAbsent("service.name", "adp-gateway");
    Duration timeout = timeout();
    return traces
        .filter(_ -> exporter.equals("otlp") && !disabled)
        .map(url -> new OtlpSettings(url, headers, timeout, gzip, resource));
  }

  private static URI ofTraces(URI base) {
    String url = base.toString();
    return URI.create((url.endsWith("/") ? url : url + "/") + "v1/traces");
  }

  private Optional<String> text(String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  /** The first of the values is the default. */
  private String oneOf(String name, String... values) {
    List<String> known = List.of(values);
    String value = text(name).orElse(known.getFirst());
    if (!known.contains(value)) {
      wrong.accept("%s must be %s".formatted(name, String.join(" or ", known)));
    }
    return value;
  }

  private Optional<URI> url(String name, String value) {
    try {
      URI url = URI.create(value);
      boolean good =
          List.of("http", "https").contains(String.valueOf(url.getScheme()))
              && url.getHost() != null
              && url.getUserInfo() == null;
      if (good) {
        return Optional.of(url);
      }
    } catch (IllegalArgumentException _) {
      // Told below.
    }
    wrong.accept(name + " must be an http or https URL without user or password");
    return Optional.empty();
  }

  private Duration timeout() {
    try {
      long ms = text(TIMEOUT).map(Long::parseLong).orElse(TIMEOUT_MS);
      if (ms > 0) {
        return Duration.ofMillis(ms);
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    wrong.accept(TIMEOUT + " must be a number of milliseconds from 1");
    return Duration.ofMillis(TIMEOUT_MS);
  }

  private Map<String, String> pairs(String name) {
    var pairs = new LinkedHashMap<String, String>();
    for (String pair : text(name).map(all -> all.split(",", -1)).orElse(new String[0])) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        pairs.put(pair.substring(0, equals).strip(), decoded(name, pair.substring(equals + 1)));
      } else if (!pair.isBlank()) {
        wrong.accept(name + " must be name=value pairs, separated by commas");
      }
    }
    return pairs;
  }

  /** Percent signs only: a plus is a plus. */
  private String decoded(String name, String value) {
    try {
      return URLDecoder.decode(value.strip().replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      wrong.accept(name + " has a value with a broken percent-encoding");
      return "";
    }
  }
}
