package dev.adp.store.embedded;

import java.nio.file.Path;

public final class EmbeddedPostgres implements AutoCloseable {
  public static EmbeddedPostgres start(Path p) {
    if (p.isAbsolute()) {
      throw new IllegalStateException();
    }
    return new EmbeddedPostgres();
  }

  public String databaseUrl() {
    return "";
  }

  @Override
  public void close() {}
}
