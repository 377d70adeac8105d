package dev.adp.store.embedded;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The living server of one cluster, as its {@code postmaster.pid} and the process table describe
 * it.
 *
 * @see <a
 *     href="https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/utils/pidfile.h">the
 *     file's lines</a>
 */
record Postmaster(ProcessHandle process, int port, boolean ready) {
  private static final int PID_LINE = 0;
  private static final int PORT_LINE = 3;
  private static final int STATUS_LINE = 7;

  /**
   * The server of this cluster, if it lives. Empty as well for a number that another process
   * carries by now, or that belongs to the server of another folder: the file outlives its server,
   * and systems hand numbers out again.
   */
  static Optional<Postmaster> of(Path cluster) throws IOException {
    List<String> lines = lines(cluster);
    if (lines.size() <= PORT_LINE) {
      return Optional.empty(); // No file, or one that is just being written.
    }
    boolean ready = lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
    int port = number(lines.get(PORT_LINE));
    return ProcessHandle.of(number(lines.get(PID_LINE)))
        .filter(ProcessHandle::isAlive)
        .filter(process -> serves(process, cluster))
        .map(process -> new Postmaster(process, port, ready));
  }

  /**
   * Lets a start go on when the number in the file belongs to a stranger: PostgreSQL would take him
   * for its server.
   *
   * <p>The file stays, with our own number in it. PostgreSQL then knows that nobody holds the
   * folder (it allows for the process that started it), yet still looks at the shared memory that
   * the file names. Orphans of a killed server, who could write to the same files, are so found;
   * deleting the file would hide them.
   */
  static void disownRecycledPid(Path cluster) throws IOException {
    var lines = new ArrayList<>(lines(cluster));
    if (!lines.isEmpty()) {
      lines.set(PID_LINE, Long.toString(ProcessHandle.current().pid()));
      Files.write(file(cluster), lines, StandardOpenOption.TRUNCATE_EXISTING);
    }
  }

  boolean isStillRunning(Path cluster) throws IOException {
    return of(cluster).filter(other -> other.process.equals(process)).isPresent();
  }

  private static boolean serves(ProcessHandle process, Path cluster) {
    boolean isPostgres =
        process.info().command().filter(path -> path.contains("/postgres")).isPresent();
    List<String> arguments = process.info().arguments().map(Arrays::asList).orElse(List.of());
    int folder = arguments.indexOf("-D") + 1;
    return isPostgres
        && folder > 0
        && folder < arguments.size()
        && arguments.get(folder).equals(cluster.toString());
  }

  private static List<String> lines(Path cluster) throws IOException {
    try {
      return Files.readAllLines(file(cluster));
    } catch (NoSuchFileException | MalformedInputException _) {
      return List.of();
    }
  }

  private static Path file(Path cluster) {
    return cluster.resolve("postmaster.pid");
  }

  private static int number(String line) {
    try {
      return Integer.parseInt(line.strip());
    } catch (NumberFormatException _) {
      return 0; // No process has it, no server listens there.
    }
  }
}
