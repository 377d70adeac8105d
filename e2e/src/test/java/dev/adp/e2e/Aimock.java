package dev.adp.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** A stand-in for OpenAI, not of our making: it answers from the files below {@code aimock/}. */
final class Aimock implements AutoCloseable {
  static final String API_KEY = "sk-upstream-of-the-tests";
  private static final Path SCRIPT =
      Program.ROOT.resolve("e2e/node/node_modules/@copilotkit/aimock/dist/cli.js");
  private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");

  private final Child process;
  private final String url;

  private Aimock(Child process) {
    this.process = process;
    url = process.awaitReady(Duration.ofSeconds(30)).group(1);
  }

  /** Starts it on a free port; it wants an API key. */
  static Aimock start() {
    return start(Map.of("AIMOCK_API_KEYS", API_KEY));
  }

  /** The same without a key, for calls that are signed: it knows no signatures. */
  static Aimock startOpen() {
    return start(Map.of());
  }

  private static Aimock start(Map<String, String> settings) {
    if (!Files.exists(SCRIPT)) {
      throw new AssertionError(SCRIPT + " is missing: ./adp test installs it (npm ci in e2e/node)");
    }
    Path fixtures = Program.ROOT.resolve("e2e/src/test/resources/aimock");
    var builder =
        new ProcessBuilder(
            "node", SCRIPT.toString(), "--port", "0", "--strict", "-f", fixtures.toString());
    builder.environment().putAll(settings);
    return new Aimock(Child.start(builder, LISTENING));
  }

  /** As the base URL of an OpenAI provider. */
  String baseUrl() {
    return url + "/v1";
  }

  /** As the base URL of providers whose own does not name a version. */
  String url() {
    return url;
  }

  @Override
  public void close() {
    process.kill();
    process.awaitExit();
  }
}
