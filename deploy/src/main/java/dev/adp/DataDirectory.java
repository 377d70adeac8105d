package dev.adp;

import dev.adp.store.FirstRun;
import dev.adp.store.MasterKey;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The directory that is this process's own: locked while it runs. */
final class DataDirectory implements AutoCloseable {
  private static final String CREDENTIALS = "credentials.json";

  private final Path path;
  private final FileChannel lockFile;

  private DataDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Opens the directory, making it if need be.
   *
   * @throws StartFailure when another process uses it, or it cannot be written
   */
  static DataDirectory open(Path path) {
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      var channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw new StartFailure(
            "another process uses the data directory %s: stop it, or set ADP_DATA_DIR to another one."
                .formatted(path));
      }
      return new DataDirectory(path, channel);
    } catch (IOException e) {
      throw new StartFailure(
          "the data directory %s cannot be used (%s): set ADP_DATA_DIR to one that can be written."
              .formatted(path, e.getClass().getSimpleName()));
    }
  }

  Path postgres() {
    return path.resolve("postgres");
  }

  Path journal() {
    return path.resolve("journal");
  }

  Path credentials() {
    return path.resolve(CREDENTIALS);
  }

  /**
   * The master key: the given one, else that of this directory, which is made on the first run.
   *
   * @param mayMake whether one may be made; a process that joins others shares theirs
   * @throws StartFailure when there is none, or it is not 32 bytes in base64
   */
  MasterKey masterKey(Optional<Config.MasterKeySource> source, boolean mayMake) {
    String text =
        switch (source.orElse(null)) {
          case Config.MasterKeySource.Value(var base64) -> base64;
          case Config.MasterKeySource.File(var file) -> read(file);
          case null -> generated(mayMake);
        };
    try {
      return MasterKey.ofBase64(text);
    } catch (IllegalArgumentException _) {
      throw new StartFailure("the master key must be 32 bytes in base64: openssl rand -base64 32");
    }
  }

  private String generated(boolean mayMake) {
    Path file = path.resolve("master.key");
    if (!Files.exists(file)) {
      if (!mayMake) {
        throw new StartFailure(
            "a gateway without the control plane needs the control plane's master key: set ADP_MASTER_KEY or ADP_MASTER_KEY_FILE.");
      }
      write(file, MasterKey.generate() + "\n");
    }
    return read(file);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new StartFailure(
          "the file %s cannot be read (%s).".formatted(file, e.getClass().getSimpleName()));
    }
  }

  /** Keeps what the first administrator needs, readable by its owner alone. */
  void writeCredentials(FirstRun.Admin admin, Config config) {
    write(
        credentials(),
        new JsonObject()
                .put("portal_url", config.publicUrl())
                .put("gateway_url", config.gatewayPublicUrl())
                .put("token_url", config.publicUrl() + "/oauth/idp/token")
                .put("username", admin.username())
                .put("password", admin.password())
                .put("client_id", admin.credential().clientId())
                .put("client_secret", admin.credential().clientSecret())
                .encodePrettily()
            + "\n");
  }

  /** Whole or not at all, and never readable by others, not even for a moment. */
  private static void write(Path file, String text) {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      Files.deleteIfExists(partial);
      Files.createFile(
          partial,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (var channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        channel.write(StandardCharsets.UTF_8.encode(text));
        channel.force(true);
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** The credentials of an earlier first run, wherever this process is allowed to read them. */
  static Optional<JsonObject> readCredentials(Path directory) {
    try {
      return Optional.of(new JsonObject(Files.readString(directory.resolve(CREDENTIALS))));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StartFailure(
          "the file %s cannot be read (%s)."
              .formatted(directory.resolve(CREDENTIALS), e.getClass().getSimpleName()));
    }
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
