package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the provider's documentation shows is formatted, and works as shown. */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformExamplesTest {
  private static final Path BRIDGE = Program.ROOT.resolve("terraform-bridge");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```terraform\n(.*?)^ *```");

  private final Program program;
  private final TerraformPlugin plugin;

  TerraformExamplesTest(Program program, TerraformPlugin plugin) {
    this.program = program;
    this.plugin = plugin;
  }

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.walk(BRIDGE.resolve("examples"))) {
      return files
          .filter(file -> file.toString().endsWith(".tf"))
          .filter(file -> !file.endsWith("provider.tf"))
          .sorted()
          .toList();
    }
  }

  /** What an example takes for granted; another test may have made it already. */
  @BeforeEach
  void anAccountIsThere() {
    program
        .rest()
        .call(
            "POST",
            "/v1/service-accounts",
            "{\"name\":\"example-job\",\"display_name\":\"A job\",\"role\":\"Reader\"}");
  }

  private Terraform terraform() {
    return Terraform.reattached(plugin, program)
        .with("TF_VAR_api_key", "sk-example")
        .with("TF_VAR_openai_api_key", "sk-example");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void exampleIsAppliedImportedAndDestroyed(Path example) throws IOException {
    try (var terraform = terraform().config(Files.readString(example))) {
      terraform.apply();
      Path imported = example.resolveSibling("import.sh");
      if (Files.exists(imported)) {
        String[] words = Files.readString(imported).strip().split(" ", -1);
        terraform.run("state", "rm", words[2]).succeeds();
        terraform.run("import", words[2], words[3]).succeeds();
      }
      terraform.destroy();
    }
  }

  @Test
  void examplesAreFormattedAndThereAreSome() throws IOException {
    assertThat(examples()).hasSizeGreaterThan(8);
    try (var terraform = terraform()) {
      terraform
          .run("fmt", "-check", "-recursive", BRIDGE.resolve("examples").toString())
          .succeeds();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rotate-a-key", "bedrock-across-accounts"})
  void guideIsPlannedAsShown(String guide) throws IOException {
    String text = Files.readString(BRIDGE.resolve("docs/guides/%s.md".formatted(guide)));
    String hcl =
        String.join("\n", BLOCK.matcher(text).results().map(block -> block.group(1)).toList());
    assertThat(hcl).isNotEmpty();
    try (var terraform = terraform().config(hcl)) {
      terraform.run("plan", "-input=false").succeeds();
      terraform.run("fmt", "-check").succeeds();
    }
  }

  /** What the portal has made becomes code that changes nothing. */
  @Test
  void configurationIsGeneratedFromWhatIsThere() throws IOException {
    try (var terraform = terraform()) {
      terraform.config("import {\n  to = redpanda_llm_provider.demo\n  id = \"demo\"\n}\n");
      terraform.run("plan", "-input=false", "-generate-config-out=generated.tf").succeeds();
      assertThat(terraform.run("plan", "-input=false").succeeds().text())
          .contains("1 to import, 0 to add, 0 to change, 0 to destroy");
    }
  }
}
