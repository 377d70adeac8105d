package dev.adp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that hold secrets. */
final class PrivateFile {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  private PrivateFile() {}

  /** Whole or not at all, and never readable by others, not even for a moment. */
  static void write(Path file, String text) {
    move(partial(file, text), file);
  }

  /**
   * The same of a file that is there: whoever may read it may read it afterwards. Where this
   * process may not give it back to its owner and group, only its own user may.
   */
  static void replace(Path file, String text) {
    try {
      PosixFileAttributes before = Files.readAttributes(file, PosixFileAttributes.class);
      Path partial = partial(file, text);
      if (giveBack(partial, before)) {
        Files.setPosixFilePermissions(partial, before.permissions());
      }
      move(partial, file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static boolean giveBack(Path file, PosixFileAttributes before) {
    try {
      var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
      view.setGroup(before.group());
      view.setOwner(before.owner());
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static Path partial(Path file, String text) {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      Files.deleteIfExists(partial);
      Files.createFile(partial, PosixFilePermissions.asFileAttribute(OWNER));
      try (var channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        channel.write(StandardCharsets.UTF_8.encode(text));
        channel.force(true);
      }
      Files.setPosixFilePermissions(partial, OWNER); // The umask has no say in it.
      return partial;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static void move(Path partial, Path file) {
    try {
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
