package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.pgclient.PgConnectOptions;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresTest {
  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  /** Sums over millions of records are made anew by migrations, whatever a question may take. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "?options=-c%20application_name%3Dx", "?options=-c%20statement_timeout%3D1"})
  void aLimitThatAnAdministratorSetEndsNoMigration(String parameters) throws SQLException {
    String withoutLimit = postgres.jdbcUrl() + "&options=-c%20statement_timeout%3D0";
    try (var connection = DriverManager.getConnection(withoutLimit);
        var statement = connection.createStatement()) {
      String database = connection.getCatalog();
      statement.execute("drop schema public cascade");
      statement.execute("create schema public");
      statement.execute("alter database %s set statement_timeout = '1ms'".formatted(database));
    }
    Postgres.migrate(postgres.databaseUrl() + parameters);
    assertThat(Postgres.migrations(postgres.databaseUrl()).pending()).isEmpty();
  }

  @Test
  void noFailureToConnectTellsThePassword() {
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> Postgres.migrate("postgresql://u:secret-password@127.0.0.1:99999/db"))
        .extracting(PostgresTest::everyMessage)
        .asString()
        .doesNotContain("secret-password");
  }

  @Test
  void aContainersNameMayHaveAnUnderscore() {
    String url = "postgresql://a_b:c_d@my_db_1:6543/e_f";
    PgConnectOptions options = Postgres.connectOptions(url);
    assertThat(options.getHost()).isEqualTo("my_db_1");
    assertThat(options.getPort()).isEqualTo(6543);
    assertThat(options.getUser()).isEqualTo("a_b");
    assertThat(options.getPassword()).isEqualTo("c_d");
    assertThat(options.getDatabase()).isEqualTo("e_f");
    assertThat(Postgres.jdbcUrl(url)).startsWith("jdbc:postgresql://my_db_1:6543/e_f?");
    assertThat(Postgres.address(url)).isEqualTo("my_db_1:6543/e_f");
    assertThat(Postgres.problem(url)).isEmpty();
  }

  @Test
  void anAddressOfTheSixthVersionKeepsItsBrackets() {
    String url = "postgresql://u:p@[::1]/db";
    assertThat(Postgres.jdbcUrl(url)).startsWith("jdbc:postgresql://[::1]:5432/db?");
    assertThat(Postgres.connectOptions(url).getHost()).contains("::1");
  }

  private static String everyMessage(Throwable failure) {
    var messages = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.append(cause.getMessage()).append('\n');
    }
    return messages.toString();
  }
}
