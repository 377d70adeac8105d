package dev.adp.store;

import static dev.adp.store.Database.sql;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.Unavailable;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  /** What waits for the database again and again catches runtime exceptions, and lives on. */
  @Test
  void aDatabaseThatIsAwayIsARuntimeException() {
    var database = new Database(Postgres.pool(vertx, "postgresql://u:p@127.0.0.1:1/db", 1));
    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> database.first(sql.selectOne(), row -> row.getInteger(0)))
        .withRootCauseInstanceOf(ConnectException.class);
    assertThatExceptionOfType(Unavailable.class).isThrownBy(() -> database.transaction(_ -> 1));
  }
}
