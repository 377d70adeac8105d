package dev.adp.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The Terraform provider as it was built, in both ways in which Terraform gets at it: installed in
 * a mirror, to be launched; and one process of it that serves every run, for speed.
 */
record TerraformPlugin(Path home, Path launcher, Child child, String reattach)
    implements AutoCloseable {
  static final String VERSION = "0.1.0";
  static final String SOURCE = "agentic-data-plane/redpanda";
  private static final Path PACKAGE = Program.ROOT.resolve("terraform-bridge/target/package");
  private static final Pattern REATTACH = Pattern.compile("^TF_REATTACH_PROVIDERS=(.*)$");
  private static final Duration READY_MAX = Duration.ofMinutes(1);

  static TerraformPlugin start() {
    try {
      Path home = Files.createTempDirectory("adp-terraform").toRealPath();
      Path target =
          home.resolve(
              "mirror/registry.terraform.io/%s/%s/%s".formatted(SOURCE, VERSION, platform()));
      copy(PACKAGE, target);
      Path launcher = target.resolve("terraform-provider-redpanda_v" + VERSION);
      Files.move(target.resolve("launcher"), launcher);
      Files.writeString(
          target.resolve("lib/java.home"), Path.of(System.getProperty("java.home")) + "\n");
      rehearse(target.resolve("lib"));
      Files.writeString(
          home.resolve("terraform.rc"),
          """
          disable_checkpoint = true
          provider_installation {
            filesystem_mirror {
              path = "%s/mirror"
            }
          }
          """
              .formatted(home));
      Child child = Child.start(new ProcessBuilder(launcher.toString(), "--reattach"), REATTACH);
      return new TerraformPlugin(home, launcher, child, child.awaitReady(READY_MAX).group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the class cache, as the installation does. */
  private static void rehearse(Path lib) {
    String options = "@" + lib.resolve("jvm.options");
    String jar = lib.resolve("adp-terraform-bridge-%s.jar".formatted(VERSION)).toString();
    String cache = "-XX:AOTCacheOutput=" + lib.resolve("provider.aot");
    Child rehearsal =
        Child.start(
            new ProcessBuilder(
                Program.JAVA,
                options,
                "-jar",
                jar,
                "--rehearse", //
                Program.JAVA,
                options,
                cache,
                "-jar",
                jar),
            REATTACH);
    if (rehearsal.awaitExit() != 0 || !Files.exists(lib.resolve("provider.aot"))) {
      throw new AssertionError("no class cache was made: " + rehearsal.out() + rehearsal.err());
    }
  }

  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return (system.contains("mac") ? "darwin" : "linux")
        + (System.getProperty("os.arch").equals("aarch64") ? "_arm64" : "_amd64");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(
            file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    to.resolve("launcher").toFile().setExecutable(true);
  }

  /** The environment for runs that launch the provider themselves. */
  Map<String, String> launching() {
    return Map.of("TF_CLI_CONFIG_FILE", home.resolve("terraform.rc").toString());
  }

  /** The environment for runs that use the process that serves already. */
  Map<String, String> reattaching() {
    return Map.of(
        "TF_CLI_CONFIG_FILE",
        home.resolve("terraform.rc").toString(),
        "TF_REATTACH_PROVIDERS",
        reattach);
  }

  @Override
  public void close() {
    child.kill();
    try (var files = Files.walk(home)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hands out one to all tests. */
  static final class Resolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == TerraformPlugin.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(Namespace.create(TerraformPlugin.class))
          .computeIfAbsent(
              TerraformPlugin.class, _ -> TerraformPlugin.start(), TerraformPlugin.class);
    }
  }
}
