package dev.adp.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Where spans go, as the standard variables of OpenTelemetry say it.
 *
 * @param traces the address that takes spans
 * @param headers may hold credentials
 * @param resource attributes of the process, {@code service.name} among them
 */
public record OtlpSettings(
    URI traces,
    Map<String, String> headers,
    Duration timeout,
    boolean gzip,
    Map<String, String> resource) {

  public OtlpSettings {
    headers = Map.copyOf(headers);
    resource = Map.copyOf(resource);
  }

  /** Without the headers. */
  @Override
  public String toString() {
    return "OtlpSettings[%s]".formatted(traces);
  }
}
