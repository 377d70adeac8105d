package dev.adp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launchers of the sources and of a release know every command of the program. */
class LauncherTest {
  private static final Pattern COMMAND = Pattern.compile("(?m)^ +case \"([a-z-]+)\" ->");
  private static final Pattern BRANCH = Pattern.compile("(?m)^  ([a-z-]+(?: \\| [a-z-]+)*)\\)$");
  private static final Pattern HELP = Pattern.compile("(?m)^  ([a-z-]+) +\\S");

  @ParameterizedTest
  @ValueSource(strings = {"../adp", "src/main/dist/adp"})
  void everyCommandIsKnownAndExplained(String launcher) throws IOException {
    List<String> commands = found(COMMAND, "src/main/java/dev/adp/Main.java");
    assertThat(commands).contains("up", "usage");
    assertThat(
            found(BRANCH, launcher).stream()
                .flatMap(names -> Arrays.stream(names.split(" \\| ", -1))))
        .containsAll(commands);
    assertThat(found(HELP, launcher)).containsAll(commands);
  }

  private static List<String> found(Pattern pattern, String file) throws IOException {
    return pattern
        .matcher(Files.readString(Path.of(file)))
        .results()
        .map(match -> match.group(1))
        .toList();
  }
}
