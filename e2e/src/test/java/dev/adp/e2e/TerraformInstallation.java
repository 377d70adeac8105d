package dev.adp.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code ./adp terraform install} leaves. It is run in a copy of what it needs of the
 * repository, the package included: Maven would write into folders that the tests read, and has
 * made the package just before them, so that a script stands in for it.
 *
 * @param place where it was installed
 * @param printed what it said on standard output
 * @param maven the arguments that Maven was called with
 */
record TerraformInstallation(Path place, String printed, String maven) {
  private static final Pattern MAVEN = Pattern.compile("(?m)^MAVEN=(.+)$");
  private static final Pattern NEVER = Pattern.compile("(?!)");
  private static final Duration INSTALL_MAX = Duration.ofMinutes(3);
  private static final String PACKAGE = "terraform-bridge/target/package";

  /**
   * Installs.
   *
   * @param home a folder of its own for everything
   * @param options what is said after {@code install}
   */
  static TerraformInstallation install(Path home, String... options) {
    try {
      Path tree = Files.createDirectories(home.toRealPath().resolve("tree"));
      Path place = tree.resolveSibling("installed");
      layOut(tree);
      var line = new ArrayList<>(List.of("./adp", "terraform", "install"));
      line.addAll(List.of(options));
      var builder = new ProcessBuilder(line).directory(tree.toFile());
      builder.environment().keySet().removeIf(name -> name.matches("(ADP|TF|REDPANDA)_.*"));
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      builder.environment().put("XDG_CACHE_HOME", tree.resolveSibling("cache").toString());
      builder.environment().put("REDPANDA_TERRAFORM_DIR", place.toString());
      Child child = Child.start(builder, NEVER);
      if (child.awaitExit(INSTALL_MAX) != 0) {
        throw new AssertionError("it was not installed: " + child.out() + "\n" + child.err());
      }
      return new TerraformInstallation(
          place, child.out(), Files.readString(tree.resolve("maven.txt")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void layOut(Path tree) throws IOException {
    for (String file : List.of("adp", "pom.xml")) {
      Files.copy(
          Program.ROOT.resolve(file), tree.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    Path built = Program.ROOT.resolve(PACKAGE);
    try (Stream<Path> files = Files.walk(built)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = tree.resolve(PACKAGE).resolve(built.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Matcher maven = MAVEN.matcher(Files.readString(tree.resolve("adp")));
    if (!maven.find()) {
      throw new AssertionError("./adp names no Maven");
    }
    Path bin =
        Files.createDirectories(
            tree.resolveSibling("cache").resolve("adp").resolve(maven.group(1)).resolve("bin"));
    Path mvn = Files.writeString(bin.resolve("mvn"), "#!/bin/sh\necho \"$*\" >maven.txt\n");
    if (!mvn.toFile().setExecutable(true)) {
      throw new AssertionError(mvn + " cannot be made executable");
    }
  }

  /** The CLI configuration that finds it, by the last line that was printed. */
  Path configuration() {
    return Path.of(printed.substring(printed.lastIndexOf('\n') + 1));
  }

  /** The configuration to start with, as it was printed. */
  String hcl() {
    return printed.substring(
        printed.indexOf("terraform {"), printed.indexOf("The credential comes from"));
  }

  /** What Terraform starts. */
  Path launcher() {
    return only(
        file ->
            file.getFileName()
                .toString()
                .equals("terraform-provider-redpanda_v" + TerraformPlugin.VERSION));
  }

  /** The cache of loaded classes. */
  Path cache() {
    return only(file -> file.toString().endsWith(".aot"));
  }

  private Path only(Predicate<Path> wanted) {
    try (Stream<Path> files = Files.walk(place)) {
      List<Path> found = files.filter(Files::isRegularFile).filter(wanted).toList();
      if (found.size() != 1) {
        throw new AssertionError("not one but %s; it said: %s".formatted(found, printed));
      }
      return found.getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
