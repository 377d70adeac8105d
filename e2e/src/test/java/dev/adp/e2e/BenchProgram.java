package dev.adp.e2e;

import dev.adp.store.MasterKey;
import dev.adp.store.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program with a database of its own, which a benchmark fills past it. */
final class BenchProgram implements AutoCloseable {
  private final Path folder;
  private final EmbeddedPostgres postgres;
  private final Program program;
  private final Directory directory;
  private final Aimock aimock;

  private BenchProgram(Path folder) {
    this.folder = folder;
    postgres = EmbeddedPostgres.start(folder);
    program =
        Program.prepared(
                "up",
                "ADP_DATABASE_URL",
                postgres.databaseUrl(),
                "ADP_MASTER_KEY",
                MasterKey.generate())
            .start();
    directory = new Directory(postgres.databaseUrl());
    aimock = Aimock.start();
  }

  /**
   * Starts all of it.
   *
   * @param name what the folder's name begins with
   */
  static BenchProgram start(String name) throws IOException {
    return new BenchProgram(Files.createTempDirectory(name));
  }

  Path folder() {
    return folder;
  }

  String databaseUrl() {
    return postgres.databaseUrl();
  }

  Program program() {
    return program;
  }

  Directory directory() {
    return directory;
  }

  Sweep.Resources resources() {
    return new Sweep.Resources(program, aimock);
  }

  @Override
  public void close() {
    aimock.close();
    directory.close();
    program.close();
    postgres.close();
  }
}
