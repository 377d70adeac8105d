import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Makes what a registry or a packed mirror serves: a zip for each platform, the manifest and the
 * checksums. Started by ./adp as a source file: {@code Release.java <package> <version> <folder>}.
 *
 * <p>Zips hold no class cache, since only the JVM that has made one can use it, and no Java
 * runtime; so they differ in their names alone, and the same sources give the same bytes.
 */
class Release {
  private static final List<String> PLATFORMS =
      List.of("darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64");
  private static final String NAME = "terraform-provider-redpanda";
  private static final FileTime TIME = FileTime.from(Instant.parse("2026-11-01T00:00:00Z"));

  public static void main(String[] arguments) throws Exception {
    Path source = Path.of(arguments[0]);
    String version = arguments[1];
    Path folder = Files.createDirectories(Path.of(arguments[2]));
    var made = new ArrayList<Path>();
    for (String platform : PLATFORMS) {
      Path zip = folder.resolve("%s_%s_%s.zip".formatted(NAME, version, platform));
      zip(source, zip, NAME + "_v" + version);
      made.add(zip);
    }
    Path manifest = folder.resolve("%s_%s_manifest.json".formatted(NAME, version));
    Files.writeString(
        manifest, "{\"version\":1,\"metadata\":{\"protocol_versions\":[\"6.0\"]}}\n");
    made.add(manifest);
    var sums = new StringBuilder();
    for (Path file : made) {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      sums.append(HexFormat.of().formatHex(sum)).append("  ").append(file.getFileName()).append('\n');
    }
    Files.writeString(folder.resolve("%s_%s_SHA256SUMS".formatted(NAME, version)), sums);
  }

  private static void zip(Path source, Path zip, String launcher) throws IOException {
    Files.deleteIfExists(zip);
    try (FileSystem target =
            FileSystems.newFileSystem(
                URI.create("jar:" + zip.toAbsolutePath().toUri()),
                Map.of("create", "true", "enablePosixFileAttributes", "true"));
        var files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = source.relativize(file).toString();
        boolean isLauncher = name.equals("launcher");
        Path entry = target.getPath("/" + (isLauncher ? launcher : name));
        if (entry.getParent() != null && entry.getParent().getNameCount() > 0) {
          Files.createDirectories(entry.getParent());
          fixTimes(entry.getParent());
        }
        Files.write(entry, Files.readAllBytes(file));
        Files.setPosixFilePermissions(
            entry, PosixFilePermissions.fromString(isLauncher ? "rwxr-xr-x" : "rw-r--r--"));
        fixTimes(entry);
      }
    }
  }

  /** Of folders too, and when they were made and read: zips hold all three. */
  private static void fixTimes(Path entry) throws IOException {
    Files.getFileAttributeView(entry, BasicFileAttributeView.class).setTimes(TIME, TIME, TIME);
  }
}
