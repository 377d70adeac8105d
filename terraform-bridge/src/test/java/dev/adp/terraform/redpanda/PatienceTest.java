package dev.adp.terraform.redpanda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.redpanda.Connection.Credential;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.sdk.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often something is tried before people are told. */
class PatienceTest {
  private static final Subject SUBJECT =
      new Subject("LLM provider", "x", "redpanda_llm_provider", FieldPaths::same);

  private final ScriptedControlPlane server = new ScriptedControlPlane();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-30T01:00:00Z"));

  /** Has a port of its own and listens to nobody. */
  private final Socket deaf = deaf();

  @AfterEach
  void stop() throws IOException {
    server.close();
    deaf.close();
  }

  private static Socket deaf() {
    try {
      var socket = new Socket();
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Diagnostic> refused(Runnable call) {
    var diagnostics = new ArrayList<Diagnostic>();
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(call::run)
        .satisfies(refusal -> diagnostics.addAll(refusal.diagnostics()));
    return diagnostics;
  }

  /** Of a control plane that is not there. */
  private Client nobody(Credential credential) {
    var connection =
        new Connection(
            URI.create("http://127.0.0.1:%d/".formatted(deaf.getLocalPort())),
            credential,
            Optional.empty(),
            Duration.ofSeconds(10),
            Optional.empty());
    var log =
        new HclLog(
            new PrintStream(logged, true, StandardCharsets.UTF_8),
            HclLog.Level.TRACE,
            Clock.systemUTC());
    var http = new Http(connection, log);
    return new Client(connection, http, new AccessTokens(connection, http, now::get));
  }

  private int tries() {
    return logged.toString(StandardCharsets.UTF_8).split("no answer", -1).length - 1;
  }

  @Test
  void whereNothingListensThatIsSaidAfterThreeTries() {
    Client client = nobody(new Credential.Token("t"));
    assertThat(refused(() -> client.get("/v1/x/x", SUBJECT)))
        .singleElement()
        .satisfies(each -> assertThat(each.detail()).contains("nothing listens there"));
    assertThat(tries()).isEqualTo(3);
  }

  /** What was never sent was not made, so nobody needs to look. */
  @Test
  void aCreationThatFoundNobodyIsSaidOnce() {
    Client client = nobody(new Credential.Token("t"));
    assertThat(refused(() -> client.create("/v1/x", "x", new JsonObject(), SUBJECT))).hasSize(1);
    assertThat(tries()).isEqualTo(3);
  }

  /** A plan of hundreds of resources must not wait hundreds of times. */
  @Test
  void aTokenThatCannotBeGotIsNotSoughtByEachOfThoseWhoWait() {
    Client client = nobody(new Credential.ServiceAccount("id", "secret"));
    for (int i = 0; i < 100; i++) {
      assertThat(refused(() -> client.get("/v1/x/x", SUBJECT))).hasSize(1);
    }
    assertThat(tries()).isEqualTo(3);
    now.updateAndGet(before -> before.plusSeconds(6));
    assertThat(refused(() -> client.get("/v1/x/x", SUBJECT))).hasSize(1);
    assertThat(tries()).isEqualTo(6);
  }

  @Test
  void whoDoesNotAnswerIsAskedTwice() {
    server.otherwise = _ -> {};
    server.script.add(ScriptedControlPlane.json("{\"name\":\"x\"}"));
    Client client = server.client(Duration.ofSeconds(3));
    assertThat(client.get("/v1/x/x", SUBJECT)).isPresent(); // It has a token, and is no longer new.
    server.seen.clear();
    assertThat(refused(() -> client.get("/v1/x/x", SUBJECT)))
        .singleElement()
        .satisfies(each -> assertThat(each.detail()).contains("did not answer in time"));
    assertThat(server.seen).hasSize(2);
  }

  /** Ctrl-C: people do not want to wait for what may yet come. */
  @Test
  void nothingIsTriedAgainOnceTerraformWasToldToStop() {
    server.script.addAll(
        List.of(
            ScriptedControlPlane.problem(503, ""), ScriptedControlPlane.json("{\"name\":\"x\"}")));
    Client client = server.client();
    client.stop();
    assertThat(refused(() -> client.get("/v1/x/x", SUBJECT))).hasSize(1);
    assertThat(server.seen).hasSize(1);
    assertThat(client.get("/v1/x/x", SUBJECT)).isPresent(); // What is asked once is still answered.
  }

  /** The proxy has given up, the control plane perhaps not yet. */
  @Test
  void whatMayStillBeInTheMakingIsSaid() {
    server.script.addAll(
        List.of(ScriptedControlPlane.page(504, "<h1>Timeout</h1>"), ScriptedControlPlane.GONE));
    assertThat(refused(() -> server.client().create("/v1/x", "x", new JsonObject(), SUBJECT)))
        .extracting(Diagnostic::summary)
        .containsExactly(
            "The control plane is not available", "LLM provider \"x\" may have been created");
  }
}
