package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of the provider and of its work when a run is broken off. */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformInterruptTest {
  private static final String CONFIG =
      """
      resource "redpanda_service_account" "slow" {
        name         = "slow"
        display_name = "Slow"
        role         = "Reader"
      }
      """;

  private final FaultyControlPlane slow = new FaultyControlPlane();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final Terraform terraform;

  TerraformInterruptTest(Program program, TerraformPlugin plugin) throws IOException {
    terraform = Terraform.launched(plugin, program);
  }

  @BeforeEach
  void start() {
    slow.instead("POST", this::whenReleased);
    terraform.with("REDPANDA_ADP_ENDPOINT", slow.url()).config(CONFIG);
  }

  @AfterEach
  void stop() {
    released.countDown();
    slow.close();
    terraform.close();
  }

  private void whenReleased(HttpExchange exchange, String body) throws IOException {
    arrived.countDown();
    try {
      released.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    slow.asUsual(exchange, body);
  }

  private Child applying() throws InterruptedException {
    Child run = terraform.start("apply", "-auto-approve", "-input=false");
    assertThat(arrived.await(1, TimeUnit.MINUTES)).as(run.out() + run.err()).isTrue();
    return run;
  }

  private static List<ProcessHandle> plugins(Child run) {
    return ProcessHandle.of(run.pid()).orElseThrow().descendants().toList();
  }

  /** Ctrl-C goes to the whole group of processes. */
  @Test
  void whatRunsIsFinishedAndSavedAfterCtrlC() throws Exception {
    Child run = applying();
    List<ProcessHandle> plugins = plugins(run);
    assertThat(plugins).isNotEmpty();
    for (ProcessHandle process : plugins) {
      interrupt(process.pid());
    }
    interrupt(run.pid());
    Eventually.eventually(() -> assertThat(run.out()).contains("Interrupt received"));
    released.countDown();
    run.awaitExit();
    assertThat(run.out()).contains("Creation complete");
    assertThat(terraform.state("redpanda_service_account.slow").getString("id")).isEqualTo("slow");
    Eventually.eventually(() -> assertThat(plugins).noneMatch(ProcessHandle::isAlive));
  }

  private static void interrupt(long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", String.valueOf(pid)).start().waitFor();
  }

  @Test
  void thePluginEndsWhenTerraformIsKilled() throws Exception {
    Child run = applying();
    List<ProcessHandle> plugins = plugins(run);
    assertThat(plugins).isNotEmpty();
    run.kill();
    run.awaitExit(Duration.ofSeconds(30));
    Eventually.eventually(() -> assertThat(plugins).noneMatch(ProcessHandle::isAlive));
  }
}
