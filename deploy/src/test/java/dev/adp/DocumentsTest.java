package dev.adp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every page can be reached from the README, no link leads to nothing, and nothing is left over.
 */
class DocumentsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  @Test
  void noLinkLeadsToNothing() throws IOException {
    var broken = new ArrayList<String>();
    for (Path page : pages()) {
      for (String link : links(page)) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        boolean there = Files.exists(target);
        if (!there || (parts.length > 1 && !anchors(target).contains(parts[1]))) {
          broken.add(ROOT.relativize(page) + " → " + link);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyPageIsReachedFromTheReadme() throws IOException {
    var reached = new TreeSet<Path>();
    var next = new ArrayDeque<>(List.of(ROOT.resolve("README.md")));
    while (!next.isEmpty()) {
      Path page = next.remove();
      if (reached.add(page) && page.toString().endsWith(".md")) {
        for (String link : links(page)) {
          next.add(page.resolveSibling(link.split("#", 2)[0]).normalize());
        }
      }
    }
    try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
      assertThat(reached).containsAll(files.filter(DocumentsTest::isPage).toList());
    }
  }

  @Test
  void everyPictureIsShown() throws IOException {
    var shown = new TreeSet<Path>();
    for (Path page : pages()) {
      links(page).forEach(link -> shown.add(page.resolveSibling(link).normalize()));
    }
    assertThat(shown).containsAll(files("docs/screenshots", ".png"));
  }

  @Test
  void theSnippetsThatNeedJqAreNamed() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/connect-tab.md"));
    Path snippets = ROOT.resolve("portal/src/main/resources/snippets");
    List<String> needy = new ArrayList<>();
    for (Path file : files("portal/src/main/resources/snippets", "")) {
      if (Files.readString(file).contains("| jq ")) {
        needy.add(snippets.relativize(file).toString());
      }
    }
    assertThat(needy).isNotEmpty();
    assertThat(page).contains(needy);
  }

  private static List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
      return files
          .filter(file -> Files.isRegularFile(file) && file.toString().endsWith(ending))
          .toList();
    }
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(
              files.filter(DocumentsTest::isPage),
              Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")))
          .toList();
    }
  }

  private static boolean isPage(Path file) {
    return file.toString().endsWith(".md");
  }

  /** Those within the repository. */
  private static List<String> links(Path page) throws IOException {
    return LINK.matcher(Files.readString(page).replaceAll("(?s)```.*?```", ""))
        .results()
        .map(found -> found.group(1))
        .filter(link -> !link.contains("://") && !link.startsWith("mailto:"))
        .toList();
  }

  /** Of the headings, as they are made of their texts. */
  private static Set<String> anchors(Path page) throws IOException {
    return isPage(page)
        ? Files.readAllLines(page).stream()
            .filter(line -> line.startsWith("#"))
            .map(
                line ->
                    line.replaceAll("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
            .collect(Collectors.toSet())
        : Set.of();
  }
}
