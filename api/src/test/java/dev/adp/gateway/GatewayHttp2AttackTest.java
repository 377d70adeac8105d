package dev.adp.gateway;

import static dev.adp.gateway.Http2Socket.CONTINUATION;
import static dev.adp.gateway.Http2Socket.DATA;
import static dev.adp.gateway.Http2Socket.END_STREAM;
import static dev.adp.gateway.Http2Socket.GOAWAY;
import static dev.adp.gateway.Http2Socket.HEADERS;
import static dev.adp.gateway.Http2Socket.PREFACE;
import static dev.adp.gateway.Http2Socket.RST_STREAM;
import static dev.adp.gateway.Http2Socket.SETTINGS;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.gateway.Http2Socket.Frame;
import dev.adp.gateway.Http2Socket.Header;
import dev.adp.store.Eventually;
import dev.adp.store.StoreExtension;
import java.io.IOException;
import java.net.SocketException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only HTTP/2 can do to a server. Whoever does it harms nobody else. */
@Timeout(90)
class GatewayHttp2AttackTest {
  private static final String CHAT = "/llm/v1/providers/up/chat/completions";
  private static final String BODY = "{\"model\":\"gpt-4o\"}";
  private static final int STREAMS_MAX = 128;
  private static final int RESETS_MAX = 200;
  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;
  private static final String ENHANCE_YOUR_CALM = "GOAWAY 11";
  private static final int HEAD_MS = 1_000;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store, Limits.usual().clientHeader(HEAD_MS));
    rig.answersJson("{}");
  }

  @AfterEach
  void stop() throws Exception {
    assertThat(rig.send(rig.chat(BODY)).statusCode()).as("whoever else calls").isEqualTo(200);
    rig.close();
  }

  private List<Header> head(String method, String path) {
    return new ArrayList<>(
        List.of(
            new Header(":method", method),
            new Header(":scheme", "http"),
            new Header(":path", path),
            new Header(":authority", "gateway"),
            new Header("authorization", "Bearer " + rig.token()),
            new Header("content-type", "application/json")));
  }

  /** CVE-2023-44487: each call costs its sender one frame more, and the server all of its work. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "GET"})
  void whoTakesBackOneCallAfterTheOtherLosesTheConnection(String method) throws Exception {
    rig.answers(_ -> {});
    List<Header> head = head(method, method.equals("GET") ? "/llm/v1/providers/up/models" : CHAT);
    int flags = method.equals("GET") ? END_STREAM : 0;
    try (var client = Http2Socket.open(rig.port())) {
      try {
        for (int i = 0; i < 5 * RESETS_MAX; i++) {
          client.head(2 * i + 1, flags, head);
          client.reset(2 * i + 1, CANCEL);
        }
      } catch (SocketException _) {
        // Cut off already.
      }
      assertThat(client.outcome()).isIn(ENHANCE_YOUR_CALM, "END");
      client.awaitEnd();
    }
    rig.answersJson("{}");
    Eventually.holds("no live calls", () -> rig.metrics().contains("adp_live_calls 0\n"));
    assertThat(rig.ledger().pending()).isLessThanOrEqualTo(RESETS_MAX + 1);
  }

  /** CVE-2024-27316: a head without an end. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1_000})
  void aHeadWithoutAnEndEndsTheConnection(int bytes) throws Exception {
    try (var client = Http2Socket.open(rig.port())) {
      client.frame(HEADERS, 0, 1, new byte[0]);
      byte[] part = new byte[bytes];
      Arrays.fill(part, (byte) 0x82); // One header of the static table each.
      try {
        for (int i = 0; i < 100_000; i++) {
          client.frame(CONTINUATION, 0, 1, part);
        }
      } catch (SocketException _) {
        // Cut off already.
      }
      assertThat(client.outcome()).isIn(ENHANCE_YOUR_CALM, "GOAWAY 1", "431", "END");
      client.awaitEnd();
    }
  }

  @Test
  void aHeadAboveTheLimitIsTooLargeAndTheConnectionServesOn() throws Exception {
    try (var client = Http2Socket.open(rig.port())) {
      List<Header> large = head("POST", CHAT);
      large.add(new Header("x-large", "x".repeat(70_000)));
      client.head(1, END_STREAM, large);
      assertThat(client.outcome()).isEqualTo("431");
      client.head(3, 0, head("POST", CHAT));
      client.frame(DATA, END_STREAM, 3, BODY.getBytes(US_ASCII));
      String outcome = client.outcome();
      assertThat(outcome.startsWith("RST") ? client.outcome() : outcome).isEqualTo("200");
    }
    assertThat(rig.seen().body()).hasToString(BODY);
  }

  /** Our settings bind also those who never say that they have read them. */
  @Test
  void moreStreamsThanMayBeAreRefused() throws Exception {
    rig.answers(_ -> {});
    int more = 50;
    try (var client = Http2Socket.open(rig.port())) {
      List<Header> head = head("GET", "/llm/v1/providers/up/models");
      for (int i = 0; i < STREAMS_MAX + more; i++) {
        client.head(2 * i + 1, END_STREAM, head);
      }
      for (int i = 0; i < more; i++) {
        Frame reset = client.next(List.of(RST_STREAM, GOAWAY)).orElseThrow();
        assertThat(reset.type()).isEqualTo(RST_STREAM);
        assertThat(reset.resetCode()).isEqualTo(REFUSED_STREAM);
        assertThat(reset.stream()).isGreaterThan(2 * STREAMS_MAX);
      }
      Eventually.holds("all others are served", () -> rig.seenCount() == STREAMS_MAX);
    }
    Eventually.holds("no live calls", () -> rig.metrics().contains("adp_live_calls 0\n"));
    rig.answersJson("{}");
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        row("RST 1", "", "x-a: b\r\nx-injected: c"),
        row("RST 1", "", "x-a: b\0"),
        row("RST 1", "", "x-a: b\1"),
        row("RST 1", "", "x-a: b\177"),
        row("400", ":path", ":path: /llm/v1/providers/up/chat completions"),
        row("RST 1", ":path", ":path: /llm/v1/providers/up/a HTTP/1.1\r\nx-injected: c"),
        row("400", ":path", ":path: http://evil.example/llm/v1/providers/up/a"),
        row("400", ":path", ":path: /llm/v1/providers/up/\u00fc"),
        row("400", ":authority", "x-a: b"),
        row("400", "", "authorization: Bearer other"),
        row("400", "", "x-api-key: a", "x-api-key: b"),
        row("414", ":path", ":path: /llm/v1/providers/up/" + "x".repeat(17_000)),
        row("RST 1", "", "connection: close"),
        row("RST 1", "", "transfer-encoding: chunked"),
        row("RST 1", "", "keep-alive: timeout=5"),
        row("RST 1", "", "upgrade: websocket"),
        row("RST 1", "", "te: gzip"),
        row("RST 1", "", "host: other"),
        row("RST 1", "", "X-Upper: a"),
        row("RST 1", "", ":path: /llm/v1/providers/up/other"),
        row("RST 1", "", ":status: 200"),
        row("RST 1", ":scheme", "x-a: b"),
        row("RST 1", ":method", "x-a: b"),
        row("RST 1", "", "content-length: 99"),
        row("RST 1", "", "content-length: 5"),
        row("RST 1", "", "content-length: 18", "content-length: 19"),
        row("RST 1", "", "content-length: +18"));
  }

  private static Arguments row(String outcome, String without, String... with) {
    return Arguments.of(
        outcome,
        without,
        Arrays.stream(with)
            .map(text -> text.split(": ", 2))
            .map(text -> new Header(text[0], text[1]))
            .toList());
  }

  /** Two servers on the way might see two requests, or one that nobody sent. */
  @ParameterizedTest
  @MethodSource("malformed")
  void whatHttp11CannotCarryReachesNoUpstream(String outcome, String without, List<Header> with)
      throws Exception {
    List<Header> head = head("POST", CHAT);
    head.removeIf(header -> header.name().equals(without));
    for (Header header : with) {
      head.add(header.name().startsWith(":") ? 0 : head.size(), header);
    }
    try (var client = Http2Socket.open(rig.port())) {
      client.head(1, 0, head);
      client.frame(DATA, END_STREAM, 1, BODY.getBytes(US_ASCII));
      assertThat(client.outcome()).isEqualTo(outcome);
    }
    assertThat(rig.seenCount()).isZero();
    assertThat(rig.ledger().pending()).isZero();
  }

  @Test
  void aTunnelIsNotSupported() throws Exception {
    try (var client = Http2Socket.open(rig.port())) {
      client.head(
          1,
          0,
          List.of(new Header(":method", "CONNECT"), new Header(":authority", "a.example:443")));
      assertThat(client.outcome()).isEqualTo("501");
    }
  }

  @Test
  void whatConnectionsSpeakIsToldWhereverTheirFirstBytesAreSplit() throws Exception {
    try (var client = Http2Socket.silent(rig.port())) {
      for (byte each : PREFACE.getBytes(US_ASCII)) {
        client.write(new byte[] {each});
      }
      client.frame(SETTINGS, 0, 0, new byte[0]);
      client.head(1, END_STREAM, head("GET", "/healthz/live"));
      assertThat(client.outcome()).isEqualTo("200");
    }
  }

  @Test
  void whoSaysHowItSpeaksAndAsksNothingIsCutOff() throws Exception {
    try (var client = Http2Socket.open(rig.port())) {
      client.awaitEnd();
    }
  }

  /** Nobody counts what is no call, so none of it may stay. */
  @ParameterizedTest
  @ValueSource(strings = {"/x", "/oauth/idp/token", "/healthz/live"})
  void aBodyThatNeverEndsOfWhatIsNoCallIsBrokenOff(String path) throws Exception {
    try (var client = Http2Socket.open(rig.port())) {
      for (int i = 0; i < STREAMS_MAX; i++) {
        client.head(2 * i + 1, 0, head("POST", path));
      }
      for (int broken = 0; broken < STREAMS_MAX; ) {
        String outcome = client.outcome();
        assertThat(outcome).isNotEqualTo("END");
        broken += outcome.startsWith("RST") ? 1 : 0;
      }
      client.head(2 * STREAMS_MAX + 1, END_STREAM, head("GET", "/healthz/live"));
      assertThat(client.outcome()).isEqualTo("200");
    }
  }

  /** Its call is over and counted out; what is left of it may not stay for ever. */
  @Test
  void anAnswerThatHasEndedAndIsNotReadIsDropped() throws Exception {
    rig.close();
    store.execute("delete from llm_provider");
    store.execute("delete from secret");
    store.execute("delete from service_account where name <> 'admin'");
    rig = new GatewayRig(store, Limits.usual().idle(500));
    rig.answersJson("{\"data\":[]}");
    try (var client = Http2Socket.silent(rig.port())) {
      client.write(PREFACE.getBytes(US_ASCII));
      client.frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}); // Windows of no bytes.
      client.head(1, END_STREAM, head("GET", "/llm/v1/providers/up/models"));
      assertThat(client.outcome()).isEqualTo("200");
      assertThat(client.outcome()).isEqualTo("RST 2");
    }
    rig.answersJson("{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "P", "PRI * HTTP/2.0\r\n", PREFACE, "GET / HTTP/1.1\r\n"})
  void whoBeginsAndDoesNotGoOnIsCutOff(String begin) throws Exception {
    try (var client = Http2Socket.silent(rig.port())) {
      client.write(begin.getBytes(US_ASCII));
      client.awaitEnd();
    } catch (IOException e) {
      throw new AssertionError("still open", e);
    }
  }
}
