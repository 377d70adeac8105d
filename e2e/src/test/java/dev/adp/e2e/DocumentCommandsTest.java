package dev.adp.e2e;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.ModelCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands that the documentation tells people to paste are run as they stand there, but for the
 * ports; what is not run here is named here, with who runs it or why nobody can.
 */
class DocumentCommandsTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```sh\n(.*?)```");

  /** In the order in which they are read. */
  private static final List<String> PAGES =
      List.of(
          "README.md",
          "docs/quick-start.md",
          "docs/providers.md",
          "docs/bedrock.md",
          "docs/identities.md",
          "docs/connection-checks.md",
          "docs/audit-log.md",
          "docs/transcripts.md",
          "docs/cost-and-usage.md",
          "docs/catalog.md");

  /** How blocks begin that are not run, and why. */
  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          entry("./adp demo", "every test of this module starts it"),
          entry(
              "./adp terraform install", "TerraformInstallation does, for all tests of Terraform"),
          entry("curl \"$(terraform output", "needs what Terraform has applied"),
          entry("aws iam", "needs an account of AWS"),
          entry("./adp release", "ReleaseTest, and the release itself"),
          entry("pg_dump", "BackupTest"),
          entry("./adp usage rebuild", "UsageCommandTest"),
          entry("createdb", "BackupTest"),
          entry("OTEL_EXPORTER_OTLP_ENDPOINT", "TranscriptProofTest"),
          entry("# with a JDK", "GatewayTlsUpstreamTest trusts by the same property"),
          entry("sudo ", "changes the machine"),
          entry("docker build", "needs an engine and a registry: e2e/containers/test.sh"),
          entry("cd deploy", "needs an engine and a registry: ComposeTest reads it"),
          entry("kubectl", "needs a cluster: KubernetesTest reads it"),
          entry("# compose", "needs an engine or a cluster"));

  @TempDir private Path folder;

  @Test
  void whatPagesTellToPasteWorks() throws IOException {
    try (Program program = Program.prepared("demo").start()) {
      Path adp =
          Files.createSymbolicLink(folder.resolve("adp"), Program.DISTRIBUTION.resolve("adp"));
      assertThat(adp).isExecutable();
      Path _ = Files.writeString(folder.resolve("models.tsv"), newerCatalog());
      var scripts =
          new Scripts(
              folder,
              Map.of(
                  "ADP_DATA_DIR",
                  program.data().toString(),
                  "OPENAI_API_KEY",
                  "sk-of-the-reader",
                  "AZURE_OPENAI_API_KEY",
                  "azure-key-of-the-reader",
                  "ANTHROPIC_API_KEY",
                  "sk-ant-of-the-reader",
                  "GOOGLE_AI_API_KEY",
                  "AIza-of-the-reader",
                  "AWS_ACCESS_KEY_ID",
                  "AKIAOFTHEREADER",
                  "AWS_SECRET_ACCESS_KEY",
                  "aws-secret-of-the-reader"));
      for (String page : PAGES) {
        String commands = String.join("\n", run(page));
        assertThat(commands).as(page).isNotBlank();
        String text =
            """
            set -eu
            TOKEN=$(./adp token)
            curl() { command curl --fail-with-body --silent --show-error "$@"; echo; }
            """
                + commands
                    .replace("http://localhost:8080", program.portal().toString())
                    .replace("http://localhost:8090", program.gateway().toString());
        scripts.run(List.of("sh", scripts.write("page.sh", text).toString()));
      }
    }
  }

  /** What somebody has edited: the catalogue that ships, under a version of his. */
  private static String newerCatalog() {
    return ModelCatalog.shippedFile().text().replaceFirst("# version: .*", "# version: 2097-01-01");
  }

  @Test
  void everyBlockIsRunOrNamed() throws IOException {
    var blocks = new LinkedHashMap<String, List<String>>();
    try (Stream<Path> pages = Files.walk(Program.ROOT.resolve("docs"))) {
      for (Path page : pages.filter(file -> file.toString().endsWith(".md")).sorted().toList()) {
        String name = Program.ROOT.relativize(page).toString();
        if (!PAGES.contains(name)) {
          blocks.put(name, run(name));
        }
      }
    }
    blocks.values().removeIf(List::isEmpty);
    assertThat(blocks).as("blocks that nobody runs").isEmpty();
  }

  /** Of a page, the blocks that are to be run. */
  private static List<String> run(String page) throws IOException {
    var run = new ArrayList<String>();
    for (MatchResult found :
        BLOCK.matcher(Files.readString(Program.ROOT.resolve(page))).results().toList()) {
      String block = found.group(1).stripIndent(); // It may stand in a list.
      if (ELSEWHERE.keySet().stream().noneMatch(block::startsWith)) {
        run.add(block);
      }
    }
    return run;
  }
}
