package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The Terraform provider as people install it, in both ways in which Terraform gets at it: in a
 * mirror, to be launched; and one process of it that serves every run, for speed.
 */
record TerraformPlugin(
    Path home, TerraformInstallation installation, Path launcher, Child child, String reattach)
    implements AutoCloseable {
  static final String VERSION = "0.1.0";
  static final String SOURCE = "agentic-data-plane/redpanda";
  private static final Pattern REATTACH = Pattern.compile("^TF_REATTACH_PROVIDERS='(.*)'$");
  private static final Version TERRAFORM_MIN = Version.parse("1.11");
  private static final Duration READY_MAX = Duration.ofMinutes(1);

  static TerraformPlugin start() {
    requireTerraform();
    try {
      Path home = Files.createTempDirectory("adp-terraform").toRealPath();
      TerraformInstallation installation = TerraformInstallation.install(home);
      assertThat(installation.cache()).isNotEmptyFile();
      Path launcher = installation.launcher();
      Child child = attachable(launcher);
      String reattach = child.awaitReady(READY_MAX).group(1);
      return new TerraformPlugin(home, installation, launcher, child, reattach);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Write-only attributes came with it, so nothing is proven by an older one. */
  private static void requireTerraform() {
    String version = Terraform.version();
    System.out.printf("Tests of the provider use Terraform %s%n", version);
    assertThat(Version.parse(version)).isGreaterThanOrEqualTo(TERRAFORM_MIN);
  }

  /** A process that serves, once it is ready, without being started by Terraform. */
  static Child attachable(Path launcher) {
    Child child = Child.start(new ProcessBuilder(launcher.toString(), "--reattach"), REATTACH);
    var _ = child.awaitReady(READY_MAX);
    return child;
  }

  /** The environment for runs that launch the provider themselves. */
  Map<String, String> launching() {
    return Map.of("TF_CLI_CONFIG_FILE", installation.configuration().toString());
  }

  /** The environment for runs that use the process that serves already. */
  Map<String, String> reattaching() {
    return Map.of(
        "TF_CLI_CONFIG_FILE",
        installation.configuration().toString(),
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
