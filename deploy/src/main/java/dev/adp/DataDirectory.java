package dev.adp;

import dev.adp.store.FirstRun;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

  /** Keeps what the first administrator needs, readable by its owner alone. */
  void writeCredentials(FirstRun.Admin admin, Config config) {
    PrivateFile.write(
        credentials(),
        text(
            urls(config)
                .put("username", admin.username())
                .put("password", admin.password())
                .put("client_id", admin.credential().clientId())
                .put("client_secret", admin.credential().clientSecret())));
  }

  /**
   * Lets the commands that read the file find this start, which may be reached elsewhere than the
   * one before. All else that is in it stays; where people have deleted it, it stays deleted.
   */
  void updateCredentials(Config config) {
    readCredentials(path)
        .ifPresent(
            kept -> {
              JsonObject current = kept.copy().mergeIn(urls(config));
              if (!current.equals(kept)) {
                PrivateFile.replace(credentials(), text(current));
              }
            });
  }

  private static JsonObject urls(Config config) {
    return new JsonObject()
        .put("portal_url", config.publicUrl())
        .put("gateway_url", config.gatewayPublicUrl())
        .put("token_url", config.publicUrl() + "/oauth/idp/token");
  }

  private static String text(JsonObject credentials) {
    return credentials.encodePrettily() + "\n";
  }

  /** The credentials of an earlier first run, wherever this process is allowed to read them. */
  static Optional<JsonObject> readCredentials(Path directory) {
    try {
      return Optional.of(new JsonObject(Files.readString(directory.resolve(CREDENTIALS))));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (DecodeException _) {
      throw new StartFailure(
          "the file %s is no JSON any more: mend it or delete it."
              .formatted(directory.resolve(CREDENTIALS)));
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
