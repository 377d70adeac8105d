package dev.adp.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * How long Terraform waits for the provider: until it says where it listens, for a plan of one new
 * resource, and for the same with a process that runs already. Run by {@code ./adp bench
 * terraform}, it writes {@code docs/benchmarks/terraform.md}; it asserts nothing about time, since
 * machines differ.
 */
class TerraformBench {
  private static final int RUNS = 11;
  private static final int WARM_UP = 5;
  private static final Pattern HANDSHAKE = Pattern.compile("^1\\|6\\|tcp\\|.*\\|grpc\\|.{50,}");
  private static final String ONE =
      """
      resource "redpanda_llm_provider" "one" {
        name         = "bench"
        display_name = "Bench"
        anthropic_config = {
          authorization_passthrough = true
        }
      }
      """;

  private final StringBuilder rows = new StringBuilder();

  /** Something to be measured. */
  private interface Step {
    /**
     * Does it.
     *
     * @return what to tidy up when the clock has stopped
     */
    Runnable run();
  }

  @Test
  void run() throws Exception {
    try (var program = Program.prepared("demo").start();
        var plugin = TerraformPlugin.start();
        var launched = Terraform.launched(plugin, program).config(ONE);
        var reattached = Terraform.reattached(plugin, program).config(ONE)) {
      Path certificate = Files.createTempFile("adp-bench", ".pem");
      Path key = Files.createTempFile("adp-bench", ".key");
      Certificate.write("localhost", certificate, key);
      String pem = Files.readString(certificate);
      measure("start to handshake, with class cache", "200", 1, () -> handshake(plugin, pem));
      measure("plan of one resource", "900", 1, () -> run(launched, "plan"));
      measure(
          "the same, attached to a warm process", "120", WARM_UP, () -> run(reattached, "plan"));
      measure("terraform version, for comparison", "", 1, () -> run(launched, "version"));
      Files.delete(certificate);
      Files.delete(key);
    }
    String page =
        """
        # How long Terraform waits

        Written by `./adp bench terraform`, on a machine of %d processors: %d runs each, a demo as the server. A plan
        launches the provider three times: for its schema, to validate, to plan.

        | ms | median | best | to reach |
        | --- | ---: | ---: | ---: |
        %s"""
            .formatted(Runtime.getRuntime().availableProcessors(), RUNS, rows);
    System.out.print(page);
    Files.writeString(Program.ROOT.resolve("docs/benchmarks/terraform.md"), page);
  }

  private static Runnable run(Terraform terraform, String command) {
    terraform.run(command).succeeds();
    return () -> {};
  }

  /** Ends when the line has come; the process is ended afterwards. */
  private static Runnable handshake(TerraformPlugin plugin, String pem) {
    var builder = new ProcessBuilder(plugin.launcher().toString());
    builder
        .environment()
        .put(
            "TF_PLUGIN_MAGIC_COOKIE",
            "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");
    builder.environment().put("PLUGIN_CLIENT_CERT", pem);
    Child child = Child.start(builder, HANDSHAKE);
    child.awaitReady(Duration.ofMinutes(1));
    return () -> {
      child.kill();
      child.awaitExit();
    };
  }

  private void measure(String name, String goal, int warmUp, Step step) {
    for (int i = 0; i < warmUp; i++) {
      step.run().run();
    }
    long[] nanos = new long[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      Runnable after = step.run();
      nanos[i] = System.nanoTime() - start;
      after.run();
    }
    Arrays.sort(nanos);
    rows.append(
        "| %s | %.0f | %.0f | %s |%n".formatted(name, nanos[RUNS / 2] / 1e6, nanos[0] / 1e6, goal));
  }
}
