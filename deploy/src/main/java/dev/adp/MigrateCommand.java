package dev.adp;

import dev.adp.store.Postgres;
import java.util.Map;

/**
 * {@code ./adp migrate}: the schema and nothing else, for a job that runs before the servers of a
 * new version, perhaps as a user of the database who may do more than they.
 */
final class MigrateCommand {
  private MigrateCommand() {}

  /**
   * Migrates and says so.
   *
   * @throws StartFailure when there is no database to migrate, or it cannot be used
   */
  static void run(Map<String, String> environment) {
    String url =
        Config.of(environment, false)
            .databaseUrl()
            .orElseThrow(
                () ->
                    new StartFailure(
                        "set ADP_DATABASE_URL: the embedded database is migrated by its own"
                            + " server."));
    StoreParts.migrate(url);
    System.out.printf("%s has the schema of this version.%n", Postgres.address(url));
  }
}
