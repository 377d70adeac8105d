package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
  private static final String FROM_CLICK_TO_CODE =
      "terraform-bridge/docs/guides/from-click-to-code.md";
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```terraform\n(.*?)^ *```");
  private static final Pattern COMMANDS = Pattern.compile("(?ms)^ *```sh\n(.*?)^ *```");

  private final Program program;
  private final TerraformPlugin plugin;

  TerraformExamplesTest(Program program, TerraformPlugin plugin) {
    this.program = program;
    this.plugin = plugin;
  }

  static List<Path> examples() throws IOException {
    return files(".tf").stream().filter(file -> !file.endsWith("provider.tf")).toList();
  }

  static List<Path> tests() throws IOException {
    return files(".tftest.hcl");
  }

  private static List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(BRIDGE.resolve("examples"))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
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
        .with("TF_VAR_openai_api_key", "sk-example")
        .with("TF_VAR_aws_access_key_id", "AKIAEXAMPLE")
        .with("TF_VAR_aws_secret_access_key", "example");
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
        assertImported(terraform, words[2]);
      }
      terraform.destroy();
    }
  }

  /** There is nothing to do, but for a secret that has a version: its value cannot be compared. */
  private static void assertImported(Terraform terraform, String address) {
    Map<String, Terraform.Change> changes = terraform.changes();
    assertThat(changes).containsKey(address);
    boolean secret = address.startsWith("redpanda_secret.");
    assertThat(changes)
        .allSatisfy(
            (other, change) ->
                assertThat(change.actions())
                    .as(other)
                    .containsExactly(secret && other.equals(address) ? "update" : "no-op"));
    if (secret) {
      terraform.apply();
    }
  }

  @ParameterizedTest
  @MethodSource("tests")
  void testBesideAnExamplePasses(Path test) throws IOException {
    String example = Files.readString(test.resolveSibling("resource.tf"));
    try (var terraform = terraform().config(example)) {
      terraform.write("resource.tftest.hcl", Files.readString(test));
      assertThat(terraform.run("test").succeeds().text()).contains("2 passed, 0 failed");
    }
  }

  @Test
  void examplesAreFormattedAndThereAreSome() throws IOException {
    assertThat(examples()).hasSizeGreaterThan(8);
    assertThat(tests()).hasSize(4); // One for each resource.
    try (var terraform = terraform()) {
      terraform
          .run("fmt", "-check", "-recursive", BRIDGE.resolve("examples").toString())
          .succeeds();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "terraform-bridge/docs/guides/rotate-a-key.md",
        "terraform-bridge/docs/guides/bedrock-across-accounts.md",
        "docs/terraform.md",
        "docs/migrate.md"
      })
  void pageIsPlannedAsShown(String page) throws IOException {
    String hcl = String.join("\n", blocks(page, BLOCK));
    assertThat(hcl).isNotEmpty();
    try (var terraform = terraform().config(hcl)) {
      terraform.run("plan", "-input=false").succeeds();
      terraform.run("fmt", "-check").succeeds();
    }
  }

  private static List<String> blocks(String page, Pattern kind) throws IOException {
    String text = Files.readString(Program.ROOT.resolve(page));
    return kind.matcher(text).results().map(block -> flush(block.group(1))).toList();
  }

  /** A block may stand in a list; an empty last line would count as one that is not indented. */
  private static String flush(String block) {
    return block.stripTrailing().stripIndent() + "\n";
  }

  /** A provider and a secret that were made in the portal become code, step by step. */
  @Test
  void fromClickToCodeWorksAsShown() throws IOException {
    World.putSecret(program.rest(), "OPENAI_API_KEY", "sk-of-the-portal");
    String url =
        program
            .rest()
            .createOpenAi("openai", "https://api.openai.com/v1", "OPENAI_API_KEY", "gpt-5.4");
    List<String> hcl = blocks(FROM_CLICK_TO_CODE, BLOCK);
    List<String> commands = blocks(FROM_CLICK_TO_CODE, COMMANDS);
    assertThat(hcl).hasSize(2);
    assertThat(commands).hasSize(2);
    JsonObject credentials = program.credentials();
    String exports =
        commands
            .getFirst()
            .replace("http://localhost:8080", program.portal().toString())
            .replace("CLIENT_ID=…", "CLIENT_ID=" + credentials.getString("client_id"))
            .replace("CLIENT_SECRET=…", "CLIENT_SECRET=" + credentials.getString("client_secret"));
    try (var terraform = Terraform.launched(plugin, program)) {
      terraform
          .with("REDPANDA_ADP_ENDPOINT", "")
          .with("REDPANDA_CLIENT_ID", "")
          .with("REDPANDA_CLIENT_SECRET", "")
          .with("TF_VAR_openai_api_key", "sk-of-the-code")
          .config(hcl.getFirst());
      terraform.shell(exports + commands.getLast()).succeeds();
      String generated = Files.readString(terraform.directory().resolve("generated.tf"));
      assertThat(generated).contains("\"OPENAI_API_KEY\"");
      terraform
          .write(
              "generated.tf", generated.replace("\"OPENAI_API_KEY\"", "redpanda_secret.openai.id"))
          .write("secret.tf", hcl.getLast());
      assertThat(terraform.shell(exports + "terraform apply -auto-approve").succeeds().flat())
          .contains("2 imported, 0 added, 0 changed, 0 destroyed");
      terraform.shell(exports + "terraform plan -detailed-exitcode").succeeds();
    }
    assertThat(program.rest().get("/v1/llm-providers/openai").getString("url")).isEqualTo(url);
    program.rest().call("DELETE", "/v1/llm-providers/openai", "");
    program.rest().call("DELETE", "/v1/secrets/OPENAI_API_KEY", "");
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
