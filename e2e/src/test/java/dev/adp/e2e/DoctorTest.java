package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.MasterKey;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./adp doctor}: what is well, what is not, and what to do about it. */
class DoctorTest {
  private static final String ALLOW = "ADP_UPSTREAM_ALLOW";
  private static final Program SERVER = Program.prepared("demo");

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    SERVER.start();
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static Program beside(String... more) {
    var settings = new ArrayList<String>();
    for (String port : List.of("ADP_HTTP_PORT", "ADP_GATEWAY_PORT", "ADP_METRICS_PORT")) {
      settings.addAll(List.of(port, SERVER.setting(port)));
    }
    settings.addAll(List.of(more));
    return Program.prepared("up", SERVER.data(), settings.toArray(String[]::new));
  }

  @Test
  void aServerThatRunsIsFoundWell() {
    Program doctor = beside();
    assertThat(doctor.run("doctor")).as(() -> doctor.out() + doctor.err()).isZero();
    assertThat(doctor.out().lines())
        .anyMatch(line -> line.matches("ok +data directory +.*, in use by a running server"))
        .anyMatch(line -> line.matches("ok +port \\d+ +is in use by the running server"))
        .anyMatch(line -> line.matches("ok +database +PostgreSQL 1[58][.0-9]* .*"))
        .anyMatch(line -> line.matches("ok +clock +agrees with the database's"))
        .anyMatch(line -> line.matches("ok +master key +is the one .*"))
        .anyMatch(line -> line.matches("ok +upstream +http://.* takes connections"))
        .noneMatch(line -> line.startsWith("wrong"));
  }

  @Test
  void anUpstreamThatMayNotBeCalledIsNamedWithTheSetting() {
    Program doctor = beside(ALLOW, "10.0.0.0/8");
    assertThat(doctor.run("doctor")).isOne();
    assertThat(doctor.out().lines())
        .anyMatch(line -> line.matches("wrong +upstream +http://.* is refused: .*" + ALLOW + ".*"));
    assertThat(doctor.err()).contains("must be mended");
  }

  @Test
  void aMasterKeyOfAnotherDatabaseIsToldByItsFingerprint() {
    String key = MasterKey.generate();
    Program doctor = beside("ADP_MASTER_KEY", key);
    assertThat(doctor.run("doctor")).isOne();
    assertThat(doctor.out().lines())
        .anyMatch(line -> line.matches("wrong +master key +.*fingerprint.*ADP_MASTER_KEY.*"));
    assertThat(doctor.out() + doctor.err()).doesNotContain(key);
  }

  @Test
  void beforeTheFirstStartThereIsLittleToSay() {
    Path data = folder.resolve("none");
    Program doctor = Program.prepared("up", data);
    assertThat(doctor.run("doctor")).as(() -> doctor.out() + doctor.err()).isZero();
    assertThat(doctor.out().lines())
        .anyMatch(line -> line.matches("note +data directory +.* the first start makes it"))
        .anyMatch(line -> line.matches("note +database +.*not running.*"));
    assertThat(Files.exists(data)).as("nothing was changed").isFalse();
  }

  @Test
  void aDatabaseThatIsAwayAndAPortThatIsTakenAreBothNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      Program doctor =
          Program.prepared(
              "up",
              folder,
              "ADP_HOST",
              "127.0.0.1",
              "ADP_HTTP_PORT",
              port,
              "ADP_DATABASE_URL",
              "postgresql://u:MARKER@127.0.0.1:1/adp");
      assertThat(doctor.run("doctor")).isOne();
      assertThat(doctor.out().lines())
          .anyMatch(line -> line.matches("wrong +port " + port + " .*ADP_HTTP_PORT"))
          .anyMatch(line -> line.matches("wrong +database +127.0.0.1:1/adp .*ADP_DATABASE_URL"));
      assertThat(doctor.err()).contains("2 of these must be mended");
      assertThat(doctor.out() + doctor.err()).doesNotContain("MARKER");
    }
  }
}
