package dev.adp;

import dev.adp.Config.MasterKeySource;
import dev.adp.store.MasterKey;
import dev.adp.store.MasterKeys;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the master keys of a process come from: the settings, else files of the data directory.
 *
 * @param given the key by the settings
 * @param previous the one before it, as long as a rotation is under way
 */
record MasterKeyFiles(
    Path directory, Optional<MasterKeySource> given, Optional<MasterKeySource> previous) {

  static MasterKeyFiles of(Config config) {
    return new MasterKeyFiles(
        config.dataDirectory(), config.masterKey(), config.masterKeyPrevious());
  }

  /**
   * The keys that are there now. Files are read again when a key turns up that is not known, so
   * that a running process follows a rotation.
   *
   * @param mayMake whether a key may be made when there is none; a process that joins others shares
   *     theirs
   * @throws StartFailure when there is none, or one is not 32 bytes in base64
   */
  MasterKeys keys(boolean mayMake) {
    if (given.isEmpty() && !Files.exists(current())) {
      if (!mayMake) {
        throw new StartFailure(
            "there is no master key here, and this needs the control plane's master key: set ADP_MASTER_KEY or ADP_MASTER_KEY_FILE.");
      }
      PrivateFile.write(current(), MasterKey.generate() + "\n");
    }
    return new MasterKeys(this::read);
  }

  private List<MasterKey> read() {
    var keys = new ArrayList<MasterKey>();
    keys.add(parsed(given.orElseGet(() -> new MasterKeySource.File(current()))));
    previous.ifPresent(source -> keys.add(parsed(source)));
    if (given.isEmpty() && Files.exists(successor())) {
      keys.add(parsed(new MasterKeySource.File(successor())));
    }
    return keys;
  }

  private static MasterKey parsed(MasterKeySource source) {
    String text =
        switch (source) {
          case MasterKeySource.Value(var base64) -> base64;
          case MasterKeySource.File(var file) -> text(file);
        };
    try {
      return MasterKey.ofBase64(text);
    } catch (IllegalArgumentException _) {
      throw new StartFailure("the master key must be 32 bytes in base64: openssl rand -base64 32");
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new StartFailure(
          "the file %s cannot be read (%s).".formatted(file, e.getClass().getSimpleName()));
    }
  }

  /** Whether the next key is still to be made: a dry run throws the one away that it makes. */
  boolean makesNext() {
    return given.isEmpty() && !Files.exists(successor());
  }

  /** The key that a rotation leads to. With files it is made, once, before anything uses it. */
  MasterKey next(boolean dryRun) {
    if (given.isPresent()) {
      if (previous.isEmpty()) {
        throw new StartFailure(
            "give the new master key by ADP_MASTER_KEY(_FILE) and the old one by ADP_MASTER_KEY_PREVIOUS(_FILE).");
      }
      return parsed(given.get());
    }
    if (Files.exists(successor())) {
      return parsed(new MasterKeySource.File(successor()));
    }
    String made = MasterKey.generate();
    if (!dryRun) {
      PrivateFile.write(successor(), made + "\n");
    }
    return MasterKey.ofBase64(made);
  }

  /** Makes the new key the one of this directory; the old ones stay for old backups. */
  void finish() {
    if (given.isPresent()) {
      return;
    }
    PrivateFile.write(placeOfOldKey(), text(current()));
    try {
      Files.move(
          successor(),
          current(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StartFailure(
          "%s cannot take the place of %s (%s): mend that and run the rotation again."
              .formatted(successor(), current(), e.getClass().getSimpleName()));
    }
  }

  /**
   * Held by a rotation: a second one at the same time would make a second new key.
   *
   * @throws StartFailure when another one holds it
   */
  FileChannel lock() {
    try {
      var channel =
          FileChannel.open(
              directory.resolve("rotation.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw new StartFailure("another rotation is under way: wait for it.");
      }
      return channel;
    } catch (IOException e) {
      throw new StartFailure(
          "the data directory %s cannot be used (%s): set ADP_DATA_DIR to the server's."
              .formatted(directory, e.getClass().getSimpleName()));
    }
  }

  /** A name that no earlier key has: each may be all that opens a backup. */
  private Path placeOfOldKey() {
    Path file = directory.resolve("master.key.previous");
    for (int number = 2; Files.exists(file) && !text(file).equals(text(current())); number++) {
      file = directory.resolve("master.key.previous." + number);
    }
    return file;
  }

  private Path current() {
    return directory.resolve("master.key");
  }

  private Path successor() {
    return directory.resolve("master.key.new");
  }
}
