package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.MasterKey;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A dump of the database and the master key are all that is needed; either alone is worthless. */
@Timeout(300)
class BackupTest {
  private static final String KEY = MasterKey.generate();

  @TempDir private Path folder;

  @Test
  void aDumpIsRestoredWithItsKeyAndRefusedWithAnother() {
    Vertx vertx = Vertx.vertx();
    String dump = folder.resolve("adp.dump").toString();
    try (var postgres = SystemPostgres.start(folder);
        var model = FakeModel.start(vertx);
        var original = program(postgres.created("original"), KEY)) {
      original.start();
      World.putSecret(original.rest(), "KEPT_KEY", "sk-that-is-sealed");
      String _ = original.rest().createOpenAi("kept", model.baseUrl(), "KEPT_KEY");
      assertThat(new Calls(original, "kept").one(true)).isEqualTo(Calls.Outcome.COMPLETE);
      eventually(() -> assertThat(original.rest().spending("kept").requests()).isEqualTo(1));
      JsonObject before = original.rest().get("/v1/llm-providers/kept");

      postgres.run("pg_dump", "--format=custom", "--file=" + dump, postgres.url("original"));
      assertThat(original.stop()).isEqualTo(128 + 15);
      String restored = postgres.created("restored");
      postgres.run("pg_restore", "--no-owner", "--exit-on-error", "--dbname=" + restored, dump);

      try (var stranger = program(restored, MasterKey.generate())) {
        assertThat(stranger.fail()).isEqualTo(1);
        assertThat(stranger.err().lines()).hasSize(1);
        assertThat(stranger.err())
            .startsWith("adp: the master key (fingerprint ")
            .contains("is not the one that this database was sealed with")
            .contains("give the right one by ADP_MASTER_KEY or ADP_MASTER_KEY_FILE");
      }
      try (var again = beside(original, restored)) {
        again.start();
        assertThat(again.rest().get("/v1/llm-providers/kept")).isEqualTo(before);
        assertThat(again.rest().spending("kept").requests()).isEqualTo(1);
        assertThat(new Calls(again, "kept").one(false)).isEqualTo(Calls.Outcome.COMPLETE);
        eventually(() -> assertThat(again.rest().spending("kept").requests()).isEqualTo(2));
      }
    } finally {
      vertx.close().await();
    }
  }

  private static Program program(String databaseUrl, String masterKey) {
    return Program.prepared("up", "ADP_DATABASE_URL", databaseUrl, "ADP_MASTER_KEY", masterKey);
  }

  /** Another database behind the same addresses and the same credentials. */
  private static Program beside(Program original, String databaseUrl) {
    return Program.prepared(
        "up",
        original.data(),
        "ADP_DATABASE_URL",
        databaseUrl,
        "ADP_MASTER_KEY",
        KEY,
        "ADP_HTTP_PORT",
        original.setting("ADP_HTTP_PORT"),
        "ADP_GATEWAY_PORT",
        original.setting("ADP_GATEWAY_PORT"));
  }
}
