package dev.adp.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of wrk.
 *
 * @param p50Micros median time of an answer
 * @param p99Micros time that one answer in a hundred exceeds
 */
record Wrk(double requestsPerSecond, double p50Micros, double p99Micros) {
  private static final Pattern LATENCY = Pattern.compile("\\s(50|99)%\\s+([0-9.]+)(us|ms|s)");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern BAD = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

  static Wrk run(Path directory, BenchBed.Subject subject, int connections, int seconds)
      throws IOException, InterruptedException {
    Path script = Files.writeString(directory.resolve("post.lua"), script(subject));
    var process =
        new ProcessBuilder(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout",
                "10s",
                "--latency",
                "-s",
                script.toString(),
                GatewayBench.chat(subject.plain().url()).toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0 || BAD.matcher(said).find()) {
      throw new IllegalStateException(subject.name() + ": " + said);
    }
    return new Wrk(found(RATE, said), micros(said, "50"), micros(said, "99"));
  }

  private static String script(BenchBed.Subject subject) {
    var script = new StringBuilder("wrk.method = \"POST\"\n");
    script.append("wrk.body = [==[").append(GatewayBench.body(false)).append("]==]\n");
    subject
        .plain()
        .headers()
        .forEach(
            (name, value) ->
                script.append("wrk.headers[\"%s\"] = \"%s\"%n".formatted(name, value)));
    return script.toString();
  }

  private static double found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("wrk said something else: " + text);
    }
    return Double.parseDouble(matcher.group(1));
  }

  private static double micros(String text, String percentile) {
    Matcher matcher = LATENCY.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1).equals(percentile)) {
        double value = Double.parseDouble(matcher.group(2));
        return switch (matcher.group(3)) {
          case "us" -> value;
          case "ms" -> value * 1_000;
          default -> value * 1_000_000;
        };
      }
    }
    throw new IllegalStateException("wrk said something else: " + text);
  }
}
