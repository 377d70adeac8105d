package dev.adp.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * How long Terraform waits for the provider: until it says where it listens, for a plan of one new
 * resource, and for the same with a process that runs already. It asserts nothing about time, since
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

  /** Something to be measured. */
  private interface Step {
    void run() throws Exception;
  }

  @Test
  void run() throws Exception {
    try (var program = Program.prepared("demo").start();
        var plugin = TerraformPlugin.start();
        var launched = Terraform.launched(plugin, program).config(ONE);
        var reattached = Terraform.reattached(plugin, program).config(ONE)) {
      System.out.printf("%-44s %8s %8s%n", RUNS + " runs each; ms", "median", "best");
      Path certificate = Files.createTempFile("adp-bench", ".pem");
      Path key = Files.createTempFile("adp-bench", ".key");
      Certificate.write("localhost", certificate, key);
      String pem = Files.readString(certificate);
      measure("start to handshake, with class cache", 1, () -> handshake(plugin, pem));
      measure("terraform plan of one resource", 1, () -> launched.run("plan").succeeds());
      measure(
          "the same, attached to a warm process", WARM_UP, () -> reattached.run("plan").succeeds());
      measure("terraform version, for comparison", 1, () -> launched.run("version").succeeds());
      Files.delete(certificate);
      Files.delete(key);
    }
  }

  private static void handshake(TerraformPlugin plugin, String pem) {
    var builder = new ProcessBuilder(plugin.launcher().toString());
    builder
        .environment()
        .put(
            "TF_PLUGIN_MAGIC_COOKIE",
            "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");
    builder.environment().put("PLUGIN_CLIENT_CERT", pem);
    Child child = Child.start(builder, HANDSHAKE);
    child.awaitReady(java.time.Duration.ofMinutes(1));
    child.kill();
    child.awaitExit();
  }

  private static void measure(String name, int warmUp, Step step) throws Exception {
    for (int i = 0; i < warmUp; i++) {
      step.run();
    }
    long[] nanos = new long[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      step.run();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    System.out.printf("%-44s %8.0f %8.0f%n", name, nanos[RUNS / 2] / 1e6, nanos[0] / 1e6);
  }
}
