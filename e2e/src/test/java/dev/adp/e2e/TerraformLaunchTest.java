package dev.adp.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The provider as people run it: launched by Terraform, with mutual TLS. */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformLaunchTest {
  /** Of three times so many characters: its base64 stands in that of whatever holds it. */
  private static final String MARKER = "sk-marker-8c1f0e77";

  /** As long as the first. */
  private static final String NEXT_MARKER = "sk-marker-2d94b6a3";

  /** As access tokens begin, which are JWTs. */
  private static final Pattern ACCESS_TOKEN = Pattern.compile("eyJ[\\w-]{8,}\\.eyJ[\\w-]{8}");

  private static final String FIVE =
      """
      variable "key" {
        type      = string
        ephemeral = true
      }
      resource "redpanda_secret" "key" {
        name                   = "TF_FIVE_KEY"
        secret_data_wo         = var.key
        secret_data_wo_version = 1
        labels                 = { team = "platform" }
      }
      resource "redpanda_guardrail" "pii" {
        name         = "tf-five-pii"
        display_name = "No personal data"
        bedrock_config = {
          region               = "us-east-1"
          guardrail_identifier = "gr4k7l2m9xyz"
          guardrail_version    = "1"
        }
      }
      resource "redpanda_llm_provider" "openai" {
        name         = "tf-five-openai"
        display_name = "OpenAI"
        description  = "For everyone"
        openai_config = {
          api_key_ref = redpanda_secret.key.id
        }
        models = ["gpt-5.4", "gpt-5.4-mini"]
      }
      resource "redpanda_llm_provider" "anthropic" {
        name         = "tf-five-anthropic"
        display_name = "Anthropic"
        anthropic_config = {
          authorization_passthrough = true
        }
        transcripts = {
          record_input_messages = true
        }
      }
      resource "redpanda_llm_provider" "google" {
        name         = "tf-five-google"
        display_name = "Google AI"
        enabled      = false
        google_config = {
          api_key_ref = redpanda_secret.key.id
        }
      }
      resource "redpanda_llm_provider" "bedrock" {
        name         = "tf-five-bedrock"
        display_name = "Bedrock"
        guardrail    = redpanda_guardrail.pii.name
        bedrock_config = {
          region = "us-east-1"
          assume_role = {
            role_arn     = "arn:aws:iam::123456789012:role/BedrockRole"
            external_id  = "adp"
            session_name = "gateway"
          }
        }
      }
      resource "redpanda_llm_provider" "compatible" {
        name         = "tf-five-compatible"
        display_name = "vLLM"
        openai_compatible_config = {
          base_url     = "http://127.0.0.1:9/v1/"
          stream_usage = false
        }
        provider_models = {
          "llama-4" = {
            custom_pricing = {
              input_per_million  = 0.1
              output_per_million = 0.00000001
            }
          }
          "qwen-3" = {}
        }
      }
      output "url" {
        value = redpanda_llm_provider.openai.url
      }
      """;

  private final Program program;
  private final TerraformPlugin plugin;
  private final Chromium chromium;

  TerraformLaunchTest(Program program, TerraformPlugin plugin, Chromium chromium) {
    this.program = program;
    this.plugin = plugin;
    this.chromium = chromium;
  }

  @Test
  void fiveTypesFromOneDirectoryAndAnEditInThePortalIsPutBack() throws IOException {
    try (var terraform = Terraform.launched(plugin, program)) {
      terraform
          .with("TF_VAR_key", MARKER)
          .with("TF_LOG", "TRACE")
          .with("TF_LOG_PATH", "trace.log")
          .config(FIVE);
      assertThat(terraform.plan("redpanda_secret.key").actions()).containsExactly("create");
      assertNowhere(terraform.files(), "plan.bin", "trace.log");
      terraform.apply();
      assertThat(terraform.output("url"))
          .isEqualTo(program.gateway() + "/llm/v1/providers/tf-five-openai");
      JsonObject stored = program.rest().get("/v1/llm-providers/tf-five-compatible");
      assertThat(stored.getJsonArray("provider_models").encode())
          .contains("\"input_per_million\":\"10000000\"", "\"output_per_million\":\"1\"");

      editInThePortal("tf-five-openai", "Edited in the portal");
      Terraform.Change drift = terraform.plan("redpanda_llm_provider.openai");
      assertThat(drift.actions()).containsExactly("update");
      assertThat(drift.before().getString("display_name")).isEqualTo("Edited in the portal");
      terraform.apply();
      assertThat(program.rest().get("/v1/llm-providers/tf-five-openai").getString("display_name"))
          .isEqualTo("OpenAI");

      renewTheKey(terraform);
      assertNowhere(
          terraform.files(),
          "plan.bin",
          "trace.log",
          "terraform.tfstate",
          "terraform.tfstate.backup");
      assertThat(terraform.directory().resolve("trace.log"))
          .content(ISO_8859_1)
          .contains("called the control plane") // So the provider's own lines are in it.
          .contains("configuring client automatic mTLS");
      terraform.destroy();
    }
    assertThat(program.rest().call("GET", "/v1/llm-providers/tf-five-google", "").statusCode())
        .isEqualTo(404);
  }

  /** In a run that gets an access token, too, which is for that run alone. */
  private static void renewTheKey(Terraform terraform) {
    terraform
        .with("TF_VAR_key", NEXT_MARKER)
        .config(
            FIVE.replace("secret_data_wo_version = 1", "secret_data_wo_version = 2")
                + "ephemeral \"redpanda_gateway_token\" \"it\" {}\n");
    assertThat(terraform.plan("redpanda_secret.key").actions()).containsExactly("update");
    Terraform.Run run = terraform.run("apply", "-auto-approve", "-input=false").succeeds();
    assertThat(run.text())
        .contains("ephemeral.redpanda_gateway_token.it: Opening complete")
        .doesNotContain(NEXT_MARKER)
        .doesNotContainPattern(ACCESS_TOKEN);
    terraform.requireNoChanges();
  }

  /** With the form that people fill in. */
  private void editInThePortal(String provider, String displayName) {
    try (BrowserContext window = chromium.window(program, new Browser.NewContextOptions())) {
      Page page = window.newPage();
      Chromium.signIn(page, program);
      page.navigate("/providers/" + provider + "/edit");
      page.getByRole(AriaRole.TEXTBOX, named("Display name")).fill(displayName);
      page.getByRole(AriaRole.BUTTON, named("Save provider")).click();
      page.waitForURL("**/providers/" + provider);
    }
    assertThat(program.rest().get("/v1/llm-providers/" + provider).getString("display_name"))
        .isEqualTo(displayName);
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  /**
   * The plan, which is a zip, the state, its backup and the log at TRACE, which holds the
   * provider's own.
   */
  private void assertNowhere(List<Path> files, String... expected) throws IOException {
    var texts = new TreeMap<String, String>();
    for (Path file : files) {
      texts.put(file.getFileName().toString(), Files.readString(file, ISO_8859_1));
    }
    assertThat(texts).containsKeys(expected);
    try (var plan = new ZipFile(fileOf(files, "plan.bin").toFile())) {
      for (ZipEntry entry : Collections.list(plan.entries())) {
        try (InputStream in = plan.getInputStream(entry)) {
          texts.put("plan: " + entry.getName(), new String(in.readAllBytes(), ISO_8859_1));
        }
      }
    }
    // So what would be found is looked at.
    assertThat(texts.get("plan: tfplan")).contains("TF_FIVE_KEY");
    assertThat(program.token()).containsPattern(ACCESS_TOKEN);
    String credential = program.credentials().getString("client_secret");
    assertThat(texts)
        .allSatisfy(
            (_, text) ->
                assertThat(text)
                    .doesNotContain(MARKER, base64(MARKER), NEXT_MARKER, base64(NEXT_MARKER))
                    .doesNotContain(credential)
                    .doesNotContainPattern(ACCESS_TOKEN));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(ISO_8859_1));
  }

  private static Path fileOf(List<Path> files, String name) {
    return files.stream().filter(file -> file.endsWith(name)).findFirst().orElseThrow();
  }

  /** The block before the environment, and a token before a credential. */
  @Test
  void aTokenOfTheEnvironmentIsEnoughAndComesBeforeACredentialOfIt() {
    JsonObject credentials = program.credentials();
    String id = credentials.getString("client_id");
    String secret = credentials.getString("client_secret");
    try (var terraform = Terraform.launched(plugin, program)) {
      terraform
          .with("REDPANDA_CLIENT_ID", "")
          .with("REDPANDA_CLIENT_SECRET", "")
          .with("REDPANDA_ACCESS_TOKEN", program.token())
          .config("data \"redpanda_llm_provider\" \"demo\" {\n  name = \"demo\"\n}\n");
      terraform.run("plan").succeeds();

      terraform.with("REDPANDA_ACCESS_TOKEN", "expired");
      terraform.with("REDPANDA_CLIENT_ID", id).with("REDPANDA_CLIENT_SECRET", secret);
      terraform.run("plan").failsWith("Not signed in", "has expired");

      terraform.write(
          "provider.tf",
          Terraform.REQUIRED
              + "provider \"redpanda\" {\n  client_id = \"%s\"\n  client_secret = \"%s\"\n}\n"
                  .formatted(id, secret));
      terraform.run("plan").succeeds();
    }
  }

  /** Terraform shows people what follows that word. */
  @Test
  void aPluginThatBreaksAtItsStartPanicsAndSaysWhere() {
    var builder = new ProcessBuilder(plugin.launcher().toString());
    builder
        .environment()
        .putAll(
            Map.of(
                "TF_PLUGIN_MAGIC_COOKIE",
                "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
                "PLUGIN_CLIENT_CERT",
                "sk-no-certificate"));
    Child child = Child.start(builder, Pattern.compile("(?!)"));
    assertThat(child.awaitExit()).isEqualTo(2);
    assertThat(child.err())
        .contains("panic: java.lang.IllegalArgumentException\n\tat dev.adp.terraform.plugin.")
        .doesNotContain("sk-no-certificate");
  }

  @Test
  void secondRunOfAProcessLeavesNoneBehind() {
    try (var terraform = Terraform.launched(plugin, program)) {
      terraform.config("data \"redpanda_llm_provider\" \"demo\" {\n  name = \"demo\"\n}\n");
      terraform.run("plan").succeeds();
      String directory = terraform.directory().toString();
      Eventually.eventually(
          () ->
              assertThat(
                      ProcessHandle.allProcesses()
                          .filter(
                              process ->
                                  process.info().commandLine().orElse("").contains(directory)))
                  .isEmpty());
    }
  }

  /** The zips of a release, in the layout of a packed mirror, without class cache. */
  @Test
  void aReleaseCanBeInstalled() throws Exception {
    Path home = Files.createTempDirectory("adp-release").toRealPath();
    Path folder = home.resolve("mirror/registry.terraform.io/" + TerraformPlugin.SOURCE);
    int made =
        new ProcessBuilder(
                Program.JAVA,
                Program.ROOT.resolve("terraform-bridge/src/build/Release.java").toString(),
                Program.ROOT.resolve("terraform-bridge/target/package").toString(),
                TerraformPlugin.VERSION,
                folder.toString())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(made).isZero();
    assertIsWhatARegistryServes(folder);
    Path configuration =
        Files.writeString(
            home.resolve("terraform.rc"),
            "provider_installation {\n  filesystem_mirror {\n    path = \"%s/mirror\"\n  }\n}\n"
                .formatted(home));
    try (var terraform = Terraform.launched(plugin, program)) {
      terraform.with("TF_CLI_CONFIG_FILE", configuration.toString());
      terraform.with("JAVA_HOME", System.getProperty("java.home"));
      terraform.delete(".terraform.lock.hcl").run("init", "-upgrade").succeeds();
      terraform
          .config("data \"redpanda_llm_provider\" \"demo\" {\n  name = \"demo\"\n}\n")
          .run("plan")
          .succeeds();
    }
  }

  private static void assertIsWhatARegistryServes(Path folder) throws Exception {
    String prefix = "terraform-provider-redpanda_0.1.0_";
    var sums = new TreeMap<String, String>();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        sums.put(file.getFileName().toString(), HexFormat.of().formatHex(sum));
      }
    }
    assertThat(sums)
        .containsOnlyKeys(
            prefix + "darwin_amd64.zip",
            prefix + "darwin_arm64.zip",
            prefix + "linux_amd64.zip",
            prefix + "linux_arm64.zip",
            prefix + "manifest.json",
            prefix + "SHA256SUMS");
    sums.remove(prefix + "SHA256SUMS");
    assertThat(Files.readAllLines(folder.resolve(prefix + "SHA256SUMS")))
        .containsExactlyInAnyOrderElementsOf(
            sums.entrySet().stream().map(sum -> sum.getValue() + "  " + sum.getKey()).toList());
    assertThat(new JsonObject(Files.readString(folder.resolve(prefix + "manifest.json"))))
        .isEqualTo(
            new JsonObject("{\"version\":1,\"metadata\":{\"protocol_versions\":[\"6.0\"]}}"));
  }
}
