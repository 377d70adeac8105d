package dev.adp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ./adp admin} takes, before it looks at a database. */
class AdminCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "reset-password",
        "admin",
        "reset-password --password-stdin",
        "reset-password admin a-password-that-all-can-see",
        "reset-password admin --password=a-password-that-all-can-see",
        "reset-password admin --create",
        "reset-password --create --password-stdin admin",
        "reset-password admin --create a@example.com --create b@example.com",
      })
  void anythingElseIsAnsweredWithTheUsageAlone(String line) {
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> AdminCommand.Wanted.of(List.of(line.split(" "))))
        .withMessage("usage: ./adp admin reset-password NAME [--password-stdin] [--create EMAIL]");
  }

  @Test
  void optionsStandAnywhere() {
    assertThat(wanted("reset-password maya"))
        .isEqualTo(new AdminCommand.Wanted("maya", false, Optional.empty()));
    var all = new AdminCommand.Wanted("maya", true, Optional.of("maya@example.com"));
    assertThat(wanted("reset-password maya --password-stdin --create maya@example.com"))
        .isEqualTo(all);
    assertThat(wanted("reset-password --create maya@example.com --password-stdin maya"))
        .isEqualTo(all);
  }

  @Test
  void thePasswordIsTheFirstLineWithoutItsEnd() {
    assertThat(AdminCommand.firstLine(input("with spaces and ü \nnot this")))
        .isEqualTo("with spaces and ü ");
    assertThat(AdminCommand.firstLine(input("of another system\r\n")))
        .isEqualTo("of another system");
    assertThat(AdminCommand.firstLine(input("without an end"))).isEqualTo("without an end");
    assertThat(AdminCommand.firstLine(input("x".repeat(1_024) + "\n"))).hasSize(1_024);
  }

  @Test
  void whatIsNoLineOfTextIsNoPassword() {
    for (InputStream input :
        List.of(
            input(""),
            input("\n"),
            input("\r\nsecond line"),
            input("x".repeat(1_025)),
            new ByteArrayInputStream(new byte[] {(byte) 0xff, '\n'}))) {
      assertThatExceptionOfType(StartFailure.class)
          .isThrownBy(() -> AdminCommand.firstLine(input))
          .withMessage(
              "standard input must have the new password in its first line, in UTF-8 and at most 1024 bytes.");
    }
  }

  private static AdminCommand.Wanted wanted(String line) {
    return AdminCommand.Wanted.of(List.of(line.split(" ")));
  }

  private static InputStream input(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }
}
