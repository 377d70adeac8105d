package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** A new master key under a running server: nothing that it does is interrupted. */
class KeyRotationTest {
  @Test
  void theGeneratedMasterKeyIsRotatedUnderTheRunningServerAndItsNextStartKnowsIt()
      throws IOException {
    try (Program server = Program.prepared("demo").start()) {
      World.putSecret(server.rest(), "BEFORE", "value");
      var calls = new Calls(server, "demo");
      assertThat(calls.one(false)).isEqualTo(Calls.Outcome.COMPLETE);
      String key = Files.readString(server.data().resolve("master.key"));

      assertThat(rotate(server, "rotate-master-key", "--dry-run"))
          .contains("Would wrap 2 secrets and 1 signing keys", " to a new one.");
      assertThat(Files.readString(server.data().resolve("master.key"))).isEqualTo(key);
      assertThat(server.data().resolve("master.key.new")).doesNotExist();

      assertThat(rotate(server, "rotate-master-key"))
          .contains("Wrapped 2 secrets and 1 signing keys");
      assertThat(Files.readString(server.data().resolve("master.key"))).isNotEqualTo(key);
      assertThat(server.data().resolve("master.key.previous")).hasContent(key.strip());
      assertThat(calls.one(false)).isEqualTo(Calls.Outcome.COMPLETE);
      World.putSecret(server.rest(), "AFTER", "echo-model-key");
      server.rest().createOpenAi("after", server.echoUrl(), "AFTER");
      assertThat(new Calls(server, "after").one(false)).isEqualTo(Calls.Outcome.COMPLETE);
      assertThat(server.out() + server.err()).doesNotContain(key.strip());

      server.stop();
      server.start();
      assertThat(calls.one(false)).isEqualTo(Calls.Outcome.COMPLETE);

      String second = Files.readString(server.data().resolve("master.key"));
      rotate(server, "rotate-master-key");
      assertThat(server.data().resolve("master.key.previous")).hasContent(key.strip());
      assertThat(server.data().resolve("master.key.previous.2")).hasContent(second.strip());
    }
  }

  private static String rotate(Program server, String... command) {
    Program rotation = Program.prepared(command[0], server.data());
    assertThat(rotation.run(command)).as(() -> rotation.err()).isZero();
    return rotation.out();
  }
}
