package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./adp terraform install} prints and leaves; every test of Terraform starts by it. */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformInstallTest {
  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  private final Program program;
  private final TerraformPlugin plugin;

  @TempDir private Path folder;

  TerraformInstallTest(Program program, TerraformPlugin plugin) {
    this.program = program;
    this.plugin = plugin;
  }

  @Test
  void whatItPrintsIsEnoughToStartWith() {
    TerraformInstallation installation = plugin.installation();
    assertThat(installation.maven()).endsWith("-DskipTests package -pl terraform-bridge -am");
    assertThat(installation.configuration())
        .exists()
        .isEqualTo(installation.place().resolve("terraform.rc"));
    try (var terraform = Terraform.launched(plugin, program)) {
      String printed = installation.hcl();
      assertThat(printed).contains("http://localhost:8080");
      terraform
          .with("REDPANDA_ADP_ENDPOINT", "") // It stands in what is printed.
          .write(
              "provider.tf", printed.replace("http://localhost:8080", program.portal().toString()))
          .delete(".terraform.lock.hcl")
          .config(
              """
              resource "redpanda_guardrail" "first" {
                name         = "tf-first"
                display_name = "First"
                bedrock_config = {
                  region               = "us-east-1"
                  guardrail_identifier = "gr4k7l2m9xyz"
                  guardrail_version    = "1"
                }
              }
              """);
      terraform.run("init").succeeds();
      assertThat(terraform.plan("redpanda_guardrail.first").actions()).containsExactly("create");
    }
  }

  /** Terraform knows a build by its checksum, and takes no other of the same version by itself. */
  @Test
  void anotherBuildIsTakenOnceTheLockFileNamesNone() throws IOException {
    String lock = ".terraform.lock.hcl";
    assertThat(plugin.installation().printed()).contains(lock);
    try (var terraform = Terraform.launched(plugin, program)) {
      String locked = Files.readString(terraform.directory().resolve(lock));
      String other = "h1:%s=".formatted("A".repeat(43));
      terraform.write(lock, locked.replaceAll("h1:[^\"]+", other));
      terraform.run("init", "-upgrade").failsWith("match any of the checksums previously recorded");
      terraform.write(lock, locked.replaceAll("(?s)provider .*\n}\n", ""));
      terraform.run("init").succeeds();
    }
  }

  @Test
  void theClassCacheIsNamedByWhatItWasMadeFromAndIsUsed() throws IOException {
    Path cache = plugin.installation().cache();
    Path lib = plugin.launcher().resolveSibling("lib");
    assertThat(lib.resolve("java.home")).content().isEqualToIgnoringNewLines(JAVA_HOME.toString());
    assertThat(cache).isEqualTo(lib.resolve("provider-%s.aot".formatted(sums(lib, JAVA_HOME))));
    assertRuns(plugin.child(), JAVA_HOME.resolve("bin/java"), cache);
  }

  /** For machines that have no Java: its own goes first, and JAVA_HOME leads to none. */
  @Test
  void aPackageWithARuntimeOfItsOwnTakesThatAndItsCache() throws IOException {
    TerraformInstallation installation = TerraformInstallation.install(folder, "--jre");
    Path launcher = installation.launcher();
    Path runtime = launcher.resolveSibling("jre");
    Path lib = launcher.resolveSibling("lib");
    assertThat(lib.resolve("java.home")).doesNotExist();
    assertThat(installation.cache())
        .isEqualTo(lib.resolve("provider-%s.aot".formatted(sums(lib, runtime))));
    try (var terraform = Terraform.launched(plugin, program)) {
      terraform
          .with("TF_CLI_CONFIG_FILE", installation.configuration().toString())
          .with("JAVA_HOME", folder.toString())
          .delete(".terraform.lock.hcl")
          .config("data \"redpanda_llm_provider\" \"demo\" {\n  name = \"demo\"\n}\n");
      terraform.run("init", "-upgrade").succeeds();
      terraform.run("plan").succeeds();
    }
    Child child = TerraformPlugin.attachable(launcher);
    try {
      assertRuns(child, runtime.resolve("bin/java"), installation.cache());
    } finally {
      child.kill();
    }
  }

  /** Of the jars, the options and the runtime: what a cache depends on. */
  private String sums(Path lib, Path javaHome) {
    String line = "cat \"$1\"/*.jar \"$1/jvm.options\" \"$2/release\" | cksum";
    return new Scripts(folder, Map.of())
        .run(List.of("sh", "-c", line, "sh", lib.toString(), javaHome.toString()))
        .strip()
        .replace(' ', '-');
  }

  /** The JVM says nothing when it cannot use a cache, so its memory is looked at where one can. */
  private static void assertRuns(Child child, Path java, Path cache) throws IOException {
    ProcessHandle.Info info = ProcessHandle.of(child.pid()).orElseThrow().info();
    assertThat(info.command()).contains(java.toRealPath().toString());
    assertThat(info.commandLine().orElse("")).contains("-XX:AOTCache=" + cache);
    Path maps = Path.of("/proc", String.valueOf(child.pid()), "maps");
    if (Files.exists(maps)) {
      assertThat(Files.readString(maps)).contains(cache.toString());
    }
  }
}
