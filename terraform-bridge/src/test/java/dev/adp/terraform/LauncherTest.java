package dev.adp.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that Terraform starts, with Javas that only say how they were called. */
class LauncherTest {
  private static final String JAVA_SAYS_HOW_IT_WAS_CALLED =
      "#!/bin/sh\necho \"$0 $* ${JDK_JAVA_OPTIONS-}${JAVA_TOOL_OPTIONS-}${_JAVA_OPTIONS-}\"\n";

  @TempDir private Path home;
  private Path launcher;

  @BeforeEach
  void install() throws IOException {
    home = home.toRealPath();
    Path lib = Files.createDirectories(home.resolve("package/lib"));
    Files.createFile(lib.resolve("adp-terraform-bridge-1.jar"));
    Files.createFile(lib.resolve("provider-1.aot"));
    launcher = home.resolve("package/terraform-provider-redpanda_v1");
    String script =
        Files.readString(Path.of("src/main/dist/launcher"))
            .replace("/usr/lib/jvm", home.resolve("jvm").toString()) // What this machine has.
            .replace("/usr/libexec", home.resolve("libexec").toString());
    Files.writeString(launcher, script);
    executable(launcher);
    Files.createDirectories(home.resolve("bin"));
    for (String tool : List.of("readlink", "sleep")) {
      Path usual = Path.of("/usr/bin", tool);
      Files.createSymbolicLink(
          home.resolve("bin").resolve(tool), Files.exists(usual) ? usual : Path.of("/bin", tool));
    }
  }

  private static void executable(Path file) {
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Path java(String where, String version) throws IOException {
    Path java = home.resolve(where).resolve("bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(java, JAVA_SAYS_HOW_IT_WAS_CALLED);
    executable(java);
    Files.writeString(
        home.resolve(where).resolve("release"), "JAVA_VERSION=\"%s\"\n".formatted(version));
    return java;
  }

  private String run(Path command, Map<String, String> environment) throws Exception {
    var builder = new ProcessBuilder(command.toString(), "--reattach").redirectErrorStream(false);
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("PATH", home.resolve("bin").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out.strip();
  }

  private String called(Path java, boolean cached) {
    Path lib = home.resolve("package/lib");
    return "%s @%s/jvm.options %s-jar %s/adp-terraform-bridge-1.jar --reattach"
        .formatted(java, lib, cached ? "-XX:AOTCache=" + lib + "/provider-1.aot " : "", lib);
  }

  @Test
  void itsOwnRuntimeComesFirstAndUsesTheCache() throws Exception {
    Path own = java("package/jre", "25.0.1");
    Path other = java("other", "25");
    assertThat(run(launcher, Map.of("JAVA_HOME", home.resolve("other").toString())))
        .isEqualTo(called(own, true))
        .doesNotContain(other.toString());
  }

  @Test
  void theRuntimeThatMadeTheCacheUsesItAndOthersDoNot() throws Exception {
    Path built = java("built", "25.0.1");
    Files.writeString(home.resolve("package/lib/java.home"), home.resolve("built") + "\n");
    assertThat(run(launcher, Map.of())).isEqualTo(called(built, true));
    Files.delete(built);
    Path other = java("other", "25");
    assertThat(run(launcher, Map.of("JAVA_HOME", home.resolve("other").toString())))
        .isEqualTo(called(other, false));
  }

  @Test
  void aJavaOnThePathIsFoundBehindItsLinksAndOnlyOneOfTheRightVersion() throws Exception {
    java("old", "21.0.2");
    Path right = java("jvm/jdk-25", "25.0.3");
    Path onPath = java("linked", "25");
    String old = home.resolve("old").toString();
    assertThat(run(launcher, Map.of("JAVA_HOME", old))).isEqualTo(called(right, false));
    Files.createSymbolicLink(home.resolve("bin/hop"), Path.of("../linked/bin/java"));
    Files.createSymbolicLink(home.resolve("bin/java"), Path.of("hop"));
    assertThat(run(launcher, Map.of("JAVA_HOME", old)))
        .isEqualTo(called(onPath, false).replace("linked/", "bin/../linked/"));
  }

  @Test
  void aMacIsAskedForItsJava() throws Exception {
    Path java = java("mac", "25.0.3");
    Path tool = Files.createDirectories(home.resolve("libexec")).resolve("java_home");
    Files.writeString(tool, "#!/bin/sh\n[ \"$*\" = '-v 25' ] && echo %s/mac\n".formatted(home));
    executable(tool);
    assertThat(run(launcher, Map.of())).isEqualTo(called(java, false));
  }

  @Test
  void aLinkToItStartsIt() throws Exception {
    Path java = java("package/jre", "25");
    Path link = Files.createSymbolicLink(home.resolve("link"), Path.of("package"));
    Path second = Files.createSymbolicLink(home.resolve("provider"), Path.of("link/hop"));
    Files.createSymbolicLink(link.resolve("hop"), launcher);
    assertThat(run(second, Map.of())).isEqualTo(called(java, true));
  }

  /** Agents and notices would stand where Terraform reads the handshake. */
  @Test
  void optionsForOtherJavasAreNotForThisOne() throws Exception {
    Path java = java("package/jre", "25");
    assertThat(
            run(
                launcher,
                Map.of(
                    "JDK_JAVA_OPTIONS", "-Da", "JAVA_TOOL_OPTIONS", "-Db", "_JAVA_OPTIONS", "-Dc")))
        .isEqualTo(called(java, true));
  }

  @Test
  void withoutJavaItSaysSoWhereTerraformReads() throws Exception {
    assertThat(run(launcher, Map.of()))
        .startsWith("terraform-provider-redpanda needs Java 25 and found none");
  }
}
