package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code ./adp release} packs: the same bytes each time, and a program that runs from them.
 */
class ReleaseTest {
  private static final Pattern NEVER = Pattern.compile("(?!)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s#]+)");
  private static final String VERSION = "0.1.0";

  @TempDir private Path folder;

  @Test
  void theSameFilesGiveTheSameTarballAndItRuns() throws Exception {
    Path first = pack("first", "{\"license\": {\"id\": \"MIT\"}}", 0);
    Path second = pack("second", "{\"license\": {\"id\": \"MIT\"}}", 0);
    assertThat(sha256(second)).isEqualTo(sha256(first));

    run(0, "tar", "-xzf", first.toString(), "-C", folder.toString());
    Path unpacked = folder.resolve("adp-" + VERSION);
    assertThat(names(unpacked))
        .contains("adp", "adp.env", "adp.service", "LICENSE", "bom.cdx.json", "docs", "lib");
    assertThat(unpacked.resolve("THIRD-PARTY.md"))
        .content()
        .contains("| org.example:free | 1.2 | MIT |")
        .doesNotContain("dev.adp");
    assertNoLinkLeadsToNothing(unpacked);
    assertCacheIsOfItsFolder(unpacked);
    String adp = unpacked.resolve("adp").toString();
    assertThat(run(0, adp, "version")).isEqualTo("ADP " + VERSION);
    // Of ports that nobody listens on: another installation may run on this machine.
    Map<String, String> ports = Program.freePorts("ADP_HTTP_PORT", "ADP_GATEWAY_PORT");
    String http = "ADP_HTTP_PORT=" + ports.get("ADP_HTTP_PORT");
    String gateway = "ADP_GATEWAY_PORT=" + ports.get("ADP_GATEWAY_PORT");
    assertThat(run(1, "env", http, gateway, adp, "health"))
        .contains(
            "adp: not ready: control (port %s), gateway".formatted(ports.get("ADP_HTTP_PORT")));
  }

  /** Of the pages that come with it. */
  private static void assertNoLinkLeadsToNothing(Path unpacked) throws IOException {
    var broken = new ArrayList<String>();
    try (Stream<Path> files = Files.walk(unpacked)) {
      for (Path page : files.filter(file -> file.toString().endsWith(".md")).toList()) {
        LINK.matcher(Files.readString(page).replaceAll("(?s)```.*?```", ""))
            .results()
            .map(found -> found.group(1))
            .filter(link -> !link.contains("://") && !link.startsWith("mailto:"))
            .filter(link -> !Files.exists(page.resolveSibling(link)))
            .forEach(link -> broken.add(unpacked.relativize(page) + " leads to " + link));
      }
    }
    assertThat(broken).isEmpty();
  }

  /** The JVM would take one that was made in another folder, and end. */
  private void assertCacheIsOfItsFolder(Path unpacked) throws IOException {
    String name = cacheName(unpacked);
    assertThat(cacheName(unpacked)).isEqualTo(name);
    Path moved = Files.move(unpacked, unpacked.resolveSibling("moved"));
    assertThat(cacheName(moved)).isNotEqualTo(name);
    Path _ = Files.move(moved, unpacked);
  }

  private String cacheName(Path unpacked) {
    String functions =
        "sed '/^unset CDPATH/,$d' \"$1/adp\" >functions.sh && . ./functions.sh"
            + " && home=$1 && java_home=$JAVA_HOME && aot_cache";
    String cache = run(0, "sh", "-c", functions, "sh", unpacked.toString());
    return Path.of(cache.strip()).getFileName().toString();
  }

  @Test
  void whatHasNoLicenceIsNotHandedOut() throws Exception {
    Path _ = pack("bare", "", 1);
  }

  /** Jars are made by the build; one that carried the time of day would differ at each. */
  @Test
  void ourJarsHoldNoTimeOfTheirBuild() throws IOException {
    var times = new TreeSet<String>();
    for (String name : names(Program.DISTRIBUTION.resolve("lib"))) {
      if (name.startsWith("adp-")) {
        try (var jar = new ZipFile(Program.DISTRIBUTION.resolve("lib").resolve(name).toFile())) {
          jar.stream().map(ZipEntry::getTimeLocal).forEach(time -> times.add(time.toString()));
        }
      }
    }
    assertThat(times).containsExactly("2026-11-01T00:00");
  }

  private Path pack(String name, String licences, int exit) throws IOException {
    Path target = Files.createDirectory(folder.resolve(name));
    Files.writeString(
        target.resolve("adp-%s.cdx.json".formatted(VERSION)),
        """
        {"components": [
          {"group": "dev.adp", "name": "adp-db", "version": "0.1.0"},
          {"group": "org.example", "name": "free", "version": "1.2", "licenses": [%s]}
        ]}
        """
            .formatted(licences));
    String _ =
        run(
            exit,
            Program.JAVA,
            "-cp",
            Program.DISTRIBUTION.resolve("lib") + "/*",
            Program.ROOT.resolve("deploy/src/build/Tarball.java").toString(),
            Program.ROOT.toString(),
            VERSION,
            target.toString());
    return target.resolve("adp-%s.tar.gz".formatted(VERSION));
  }

  /** Whatever it says on both streams. */
  private String run(int exit, String... command) {
    var builder = new ProcessBuilder(List.of(command)).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ADP_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Child child = Child.start(builder, NEVER);
    int code = child.awaitExit(Duration.ofMinutes(2));
    assertThat(code).as("%s%n%s", child.out(), child.err()).isEqualTo(exit);
    return child.out() + child.err();
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
