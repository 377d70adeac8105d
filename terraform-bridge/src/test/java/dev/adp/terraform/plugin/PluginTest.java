package dev.adp.terraform.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginTest {
  private static final String SERVICE = "test.Service";
  private static final Map<String, Function<byte[], byte[]>> METHODS =
      Map.of(
          "Echo",
          request -> request,
          "Broken",
          _ -> {
            throw new IllegalStateException("holds sk-secret");
          },
          "Endless",
          _ -> {
            throw new StackOverflowError("holds sk-secret");
          });

  private static final Plugin.Service SERVED = new Plugin.Service(SERVICE, METHODS, () -> {});

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PluginClient.Identity terraform = new PluginClient.Identity();

  /** A plugin that serves, and its end. */
  private record Served(String handshake, CompletableFuture<Integer> exit) {}

  private Served serve(String pem) throws IOException {
    return serve(pem, Duration.ofMinutes(1));
  }

  private Served serve(String pem, Duration connectMax) throws IOException {
    var in = new PipedInputStream();
    var out = new PrintStream(new PipedOutputStream(in), true, StandardCharsets.UTF_8);
    var environment = Map.of("TF_PLUGIN_MAGIC_COOKIE", Plugin.COOKIE, "PLUGIN_CLIENT_CERT", pem);
    var errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    var log = new HclLog(errors, HclLog.Level.TRACE, Clock.systemUTC());
    var plugin = new Plugin(() -> SERVED, environment, log, connectMax);
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return plugin.serve(out, errors);
              } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
              }
            },
            task -> Thread.ofPlatform().daemon().start(task)); // The common pool has few threads.
    return new Served(new Scanner(in, StandardCharsets.UTF_8).nextLine(), exit);
  }

  @Test
  void saysWhereItListensAnswersAndEndsWhenItIsTold() throws IOException {
    Served served = serve(terraform.pem());
    assertThat(served.handshake())
        .matches("1\\|6\\|tcp\\|127\\.0\\.0\\.1:\\d+\\|grpc\\|[A-Za-z0-9+/]{300,}");
    byte[] large = new byte[8 << 20]; // More than gRPC takes by default, and many frames.
    large[large.length - 1] = 1;
    try (var client = GrpcPeer.connect(served.handshake(), terraform)) {
      assertThat(client.call(SERVICE, "Echo", large)).isEqualTo(large);
      assertThat(client.call("grpc.health.v1.Health", "Check", new byte[0])).containsExactly(8, 1);
      client.call("plugin.GRPCController", "Shutdown", new byte[0]);
      assertThat(served.exit().join()).isZero();
    }
  }

  /** Each has many frames in both directions, and all share the connection. */
  @Test
  void manyLargeCallsAreAnsweredAtOnce() throws Exception {
    Served served = serve(terraform.pem());
    try (var client = GrpcPeer.connect(served.handshake(), terraform);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<byte[]>>();
      for (int i = 0; i < 20; i++) {
        byte[] message = new byte[1 << 20];
        Arrays.fill(message, (byte) i);
        answers.add(callers.submit(() -> client.call(SERVICE, "Echo", message)));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get(30, TimeUnit.SECONDS))
            .hasSize(1 << 20)
            .containsOnly((byte) i);
      }
    }
  }

  @Test
  void whatThereIsNotIsUnimplemented() throws IOException {
    Served served = serve(terraform.pem());
    try (var client = GrpcPeer.connect(served.handshake(), terraform)) {
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> client.call(SERVICE, "Größe", new byte[0]))
          .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    }
  }

  /** The one that rehearses. */
  @Test
  void answersTheClientOfTheJdkToo() throws Exception {
    Served served = serve(terraform.pem());
    byte[] large = new byte[8 << 20];
    large[large.length - 1] = 1;
    try (var client = PluginClient.connect(served.handshake(), terraform)) {
      var silent = client.open("plugin.GRPCStdio", "StreamStdio");
      assertThat(client.call(SERVICE, "Echo", large)).isEqualTo(large);
      assertThat(silent.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> client.call(SERVICE, "None", new byte[0]))
          .withMessageContaining("there is no method");
      client.call("plugin.GRPCController", "Shutdown", new byte[0]);
      assertThat(served.exit().join()).isZero();
    }
  }

  @Test
  void endsWithItsClient() throws IOException {
    Served served = serve(terraform.pem());
    try (var client = GrpcPeer.connect(served.handshake(), terraform)) {
      client.call(SERVICE, "Echo", new byte[] {1});
    }
    assertThat(served.exit().join()).isZero();
  }

  /** Terraform was killed before it could connect, or even before its end could be seen. */
  @Test
  void endsWhenNobodyConnects() throws IOException {
    assertThat(serve(terraform.pem(), Duration.ofMillis(1)).exit().join()).isZero();
  }

  @Test
  void servesWhoeverConnectedInTimeForAsLongAsItTakes() throws Exception {
    Served served = serve(terraform.pem(), Duration.ofSeconds(8));
    try (var client = GrpcPeer.connect(served.handshake(), terraform)) {
      client.call(SERVICE, "Echo", new byte[] {1});
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> served.exit().get(8_200, TimeUnit.MILLISECONDS));
      assertThat(client.call(SERVICE, "Echo", new byte[] {2})).containsExactly(2);
    }
    assertThat(served.exit().join()).isZero();
  }

  @Test
  void letsNobodyInButTheOneWhoStartedIt() throws IOException {
    Served served = serve(terraform.pem());
    try (var stranger = GrpcPeer.connect(served.handshake(), new PluginClient.Identity())) {
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> stranger.call(SERVICE, "Echo", new byte[0]))
          .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }
    int port = Integer.parseInt(served.handshake().split("[:|]", -1)[4]);
    try (var scan = new Socket(InetAddress.getLoopbackAddress(), port)) {
      scan.getOutputStream().write(new byte[] {1, 2, 3});
    }
    try (var stranger = GrpcPeer.connect(served.handshake(), new PluginClient.Identity())) {
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> stranger.call(SERVICE, "Echo", new byte[0]));
    }
    // Strangers come and go; the one who started it is still served.
    try (var client = GrpcPeer.connect(served.handshake(), terraform)) {
      assertThat(client.call(SERVICE, "Echo", new byte[] {1})).containsExactly(1);
    }
    assertThat(served.exit().join()).isZero();
  }

  @Test
  void saysWhereItListensInDigitsThatTerraformReads() throws IOException {
    Locale usual = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      Served served = serve(terraform.pem());
      assertThat(served.handshake()).matches("1\\|6\\|tcp\\|127\\.0\\.0\\.1:[0-9]+\\|grpc\\|.+");
      try (var client = GrpcPeer.connect(served.handshake(), terraform)) {
        client.call("plugin.GRPCController", "Shutdown", new byte[0]);
      }
      assertThat(served.exit().join()).isZero();
    } finally {
      Locale.setDefault(usual);
    }
  }

  /** And other calls go on. */
  @ParameterizedTest
  @CsvSource({"Broken, IllegalStateException", "Endless, StackOverflowError"})
  void whatIsBrokenIsSaidWithoutTheTextOfTheFailure(String method, String failure)
      throws IOException {
    Served served = serve(terraform.pem());
    try (var client = GrpcPeer.connect(served.handshake(), terraform)) {
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> client.call(SERVICE, method, new byte[0]))
          .satisfies(
              e ->
                  assertThat(e.getStatus().getDescription())
                      .isEqualTo("internal error: " + failure));
      assertThat(client.call(SERVICE, "Echo", new byte[] {1})).containsExactly(1);
    }
    served.exit().join();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("\"@level\":\"error\"", "PluginTest")
        .doesNotContain("sk-secret");
  }

  @Test
  void tellsPeopleThatItIsAPlugin() throws Exception {
    var errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    var plugin =
        new Plugin(() -> SERVED, Map.of(), new HclLog(errors, HclLog.Level.OFF, Clock.systemUTC()));
    assertThat(plugin.serve(errors, errors)).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("This binary is a plugin.");
  }

  @Test
  void certificateIsOneThatTerraformAccepts() throws Exception {
    Instant now = Instant.parse("2026-11-29T00:00:00Z");
    X509Certificate certificate = SelfSignedCertificate.create(now).certificate();
    certificate.verify(certificate.getPublicKey());
    assertThat(certificate.getVersion()).isEqualTo(3);
    assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(2, "localhost"));
    assertThat(certificate.getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(certificate.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
    assertThat(certificate.getNotBefore().toInstant()).isEqualTo(now.minusSeconds(30));
    assertThat(certificate.getNotAfter().toInstant()).isEqualTo(now.plusSeconds(365 * 86_400L));
    assertThat(certificate.getSerialNumber()).isPositive();
    assertThat(Base64.getEncoder().encodeToString(certificate.getEncoded())).startsWith("MII");
  }

  /** From 2050 on dates are written with four digits of the year. */
  @Test
  void certificateOfTheNextHalfOfTheCenturyIsValid() {
    Instant now = Instant.parse("2051-01-01T00:00:00Z");
    assertThat(SelfSignedCertificate.create(now).certificate().getNotAfter().toInstant())
        .isEqualTo(now.plusSeconds(365 * 86_400L));
  }

  /** As Terraform has them: the narrowest that is set decides, and what is empty is not set. */
  @ParameterizedTest
  @CsvSource({
    "WARN, DEBUG, TRACE, WARN",
    "'', DEBUG, TRACE, DEBUG",
    "'', '', TRACE, TRACE",
    "'', '', info, INFO",
    "off, DEBUG, TRACE, OFF",
    "'', '', '', OFF"
  })
  void theNarrowestVariableThatIsSetDecidesWhatIsLogged(
      String ofThisProvider, String ofProviders, String ofEverything, HclLog.Level expected) {
    assertThat(
            HclLog.threshold(
                "redpanda",
                Map.of(
                    "TF_LOG_PROVIDER_REDPANDA",
                    ofThisProvider,
                    "TF_LOG_PROVIDER",
                    ofProviders,
                    "TF_LOG",
                    ofEverything)))
        .isEqualTo(expected);
    assertThat(HclLog.threshold("redpanda", Map.of())).isEqualTo(HclLog.Level.OFF);
  }

  @Test
  void logLinesAreThoseOfTerraform() {
    var clock = Clock.fixed(Instant.parse("2026-11-29T01:02:03.5Z"), java.time.ZoneOffset.UTC);
    var log =
        new HclLog(new PrintStream(err, true, StandardCharsets.UTF_8), HclLog.Level.INFO, clock);
    log.log(HclLog.Level.DEBUG, "not written");
    log.log(HclLog.Level.WARN, "careful", "tf_rpc", "Plan");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"@level\":\"warn\",\"@message\":\"careful\",\"@module\":\"provider\","
                + "\"@timestamp\":\"2026-11-29T01:02:03.500000Z\",\"tf_rpc\":\"Plan\"}\n");
  }
}
