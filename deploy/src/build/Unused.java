import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints what jlink may leave out of java.desktop, as its {@code --exclude-resources} takes it: all
 * that draws, prints and sounds. The module is there for java.beans alone. jlink wants something in
 * each package that a module names, so the smallest file of each stays.
 */
class Unused {
  /** java.beans, and the types of other packages that it names. */
  private static final List<String> USED =
      List.of(
          "java/beans/",
          "com/sun/beans/",
          "java/awt/[^/]*$",
          "javax/swing/SwingContainer\\.",
          "module-info\\.");

  public static void main(String[] arguments) throws IOException {
    Path module = Path.of(URI.create("jrt:/java.desktop"));
    Map<Path, Path> smallest = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(module)) {
      files
          .filter(Files::isRegularFile)
          .sorted(
              Comparator.comparing((Path file) -> !file.toString().endsWith(".class"))
                  .thenComparing(Unused::size)
                  .thenComparing(Path::toString))
          .forEach(file -> smallest.putIfAbsent(file.getParent(), module.relativize(file)));
    }
    String stay =
        Stream.concat(
                USED.stream(), smallest.values().stream().map(file -> "\\Q" + file + "\\E$"))
            .collect(Collectors.joining("|"));
    System.out.println("regex:/java\\.desktop/(?!" + stay + ").*");
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
