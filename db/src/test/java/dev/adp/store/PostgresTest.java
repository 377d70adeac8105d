package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class PostgresTest {
  @Test
  void noFailureToConnectTellsThePassword() {
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> Postgres.migrate("postgresql://u:secret-password@127.0.0.1:99999/db"))
        .extracting(PostgresTest::everyMessage)
        .asString()
        .doesNotContain("secret-password");
  }

  private static String everyMessage(Throwable failure) {
    var messages = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.append(cause.getMessage()).append('\n');
    }
    return messages.toString();
  }
}
