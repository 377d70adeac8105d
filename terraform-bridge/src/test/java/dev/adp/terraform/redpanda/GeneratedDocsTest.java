package dev.adp.terraform.redpanda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.Function;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The pages of the registry are those that the schema gives. After a change of it: {@code mvn -pl
 * terraform-bridge test -Dtest=GeneratedDocsTest -Dadp.docs.write=true}.
 */
class GeneratedDocsTest {
  private static final Path DOCS = Path.of("docs");
  private static final Path EXAMPLES = Path.of("examples");
  private static final String PREFIX = "redpanda_";

  private final RedpandaProvider provider =
      new RedpandaProvider(Map.of(), new HclLog(System.err, HclLog.Level.OFF, Clock.systemUTC()));

  @Test
  void pagesAreThoseOfTheSchema() throws IOException {
    for (var page : pages().entrySet()) {
      Path file = DOCS.resolve(page.getKey());
      if (Boolean.getBoolean("adp.docs.write")) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, page.getValue());
      }
      assertThat(file).content().as(file.toString()).isEqualTo(page.getValue());
    }
  }

  @Test
  void thereAreNoOtherPages() throws IOException {
    try (var files = Files.walk(DOCS)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> DOCS.relativize(file).toString())
                  .filter(file -> !file.startsWith("guides")))
          .containsExactlyInAnyOrderElementsOf(pages().keySet());
    }
  }

  private Map<String, String> pages() {
    var pages = new TreeMap<String, String>();
    pages.put("index.md", index());
    provider
        .resources()
        .forEach(
            (name, each) ->
                pages.put(
                    "resources/" + shortName(name) + ".md",
                    page("Resource", name, each.schema(), "resources", "resource.tf")
                        + imported(name)));
    provider
        .dataSources()
        .forEach(
            (name, each) ->
                pages.put(
                    "data-sources/" + shortName(name) + ".md",
                    page("Data Source", name, each.schema(), "data-sources", "data-source.tf")));
    provider
        .ephemeralResources()
        .forEach(
            (name, each) ->
                pages.put(
                    "ephemeral-resources/" + shortName(name) + ".md",
                    page(
                        "Ephemeral Resource",
                        name,
                        each.schema(),
                        "ephemeral-resources",
                        "ephemeral-resource.tf")));
    provider
        .functions()
        .forEach((name, each) -> pages.put("functions/" + name + ".md", function(name, each)));
    return pages;
  }

  private static String shortName(String name) {
    return name.substring(PREFIX.length());
  }

  private static String head(String title, String kind, String description) {
    return """
    ---
    page_title: "%s"
    subcategory: ""
    description: |-
      %s
    ---

    # %s

    %s

    """
        .formatted(title, description, kind.isEmpty() ? title : kind, description);
  }

  private String index() {
    return head("redpanda Provider", "", provider.schema().description())
        + usage("provider/provider.tf")
        + SchemaDocs.of(provider.schema());
  }

  private static String page(
      String kind, String name, Schema schema, String folder, String example) {
    return head(
            "%s %s - redpanda".formatted(name, kind),
            "%s (%s)".formatted(name, kind),
            schema.description())
        + usage("%s/%s/%s".formatted(folder, name, example))
        + SchemaDocs.of(schema);
  }

  private static String usage(String example) {
    return "## Example Usage\n\n```terraform\n%s```\n\n".formatted(read(example));
  }

  private static String imported(String name) {
    return """

    ## Import

    By an `import` block with the name as `id`, or by the command:

    ```shell
    %s```
    """
        .formatted(read("resources/%s/import.sh".formatted(name)));
  }

  private static String function(String name, Function function) {
    var arguments = new StringBuilder();
    var signature = new StringBuilder();
    for (int i = 0; i < function.parameters().size(); i++) {
      Function.Parameter each = function.parameters().get(i);
      signature.append(i == 0 ? "" : ", ").append(each.name()).append(" string");
      arguments.append("%d. `%s` (String) %s\n".formatted(i + 1, each.name(), each.description()));
    }
    return head(name + " function - redpanda", "function: " + name, function.description())
        + usage("functions/%s/function.tf".formatted(name))
        + "## Signature\n\n```text\n%s(%s) string\n```\n\n## Arguments\n\n%s"
            .formatted(name, signature, arguments);
  }

  private static String read(String example) {
    try {
      return Files.readString(EXAMPLES.resolve(example));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
