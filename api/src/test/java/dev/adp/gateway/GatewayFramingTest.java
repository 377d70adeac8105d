package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.StoreExtension;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose end two servers might see in different places reach no upstream. */
@Timeout(60)
class GatewayFramingTest {
  private static final String LINE = "POST /llm/v1/providers/up/chat/completions HTTP/1.1\r\n";
  private static final String TYPE = "Content-Type: application/json\r\n";
  private static final String BODY = "{\"model\":\"gpt-4o\"}";
  private static final String SMUGGLED =
      "POST /llm/v1/providers/up/smuggled HTTP/1.1\r\nHost: g\r\nContent-Length: 0\r\n\r\n";
  private static final int ANSWER_MS_MAX = 20_000;

  /** After which nothing more is expected. */
  private static final int SILENCE_MS = 2_000;

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private static GatewayRig rig;

  @BeforeAll
  static void start() {
    rig = new GatewayRig(store);
    rig.answersJson("{}");
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  private static String authorized() {
    return "Authorization: Bearer " + rig.token() + "\r\n";
  }

  /** Everything that comes back until the connection is closed. */
  private static String exchange(String bytes) throws IOException {
    return exchange(bytes, bytes.length(), ANSWER_MS_MAX, ANSWER_MS_MAX);
  }

  /** Whatever comes back, if anything does, until nothing more comes. */
  private static String begun(String bytes) throws IOException {
    return exchange(bytes, bytes.length(), SILENCE_MS, SILENCE_MS);
  }

  /** An answer, and all that comes behind it. */
  private static String answered(String bytes) throws IOException {
    return exchange(bytes, bytes.length(), ANSWER_MS_MAX, SILENCE_MS);
  }

  /** The same with every byte in a packet of its own. */
  private static String byteByByte(String bytes) throws IOException {
    return exchange(bytes, 1, ANSWER_MS_MAX, ANSWER_MS_MAX);
  }

  private static String exchange(String bytes, int atOnce, int firstMs, int nextMs)
      throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
      socket.setSoTimeout(firstMs);
      socket.setTcpNoDelay(true);
      send(socket, bytes.getBytes(StandardCharsets.ISO_8859_1), atOnce);
      var seen = new StringBuilder();
      InputStream in = socket.getInputStream();
      try {
        for (int next = in.read(); next != -1; next = in.read()) {
          seen.append((char) next);
          socket.setSoTimeout(nextMs);
        }
      } catch (SocketTimeoutException | SocketException _) {
        // Nothing more comes.
      }
      return seen.toString();
    }
  }

  private static void send(Socket socket, byte[] bytes, int atOnce) throws IOException {
    try {
      for (int from = 0; from < bytes.length; from += atOnce) {
        socket.getOutputStream().write(bytes, from, Math.min(atOnce, bytes.length - from));
      }
    } catch (SocketException _) {
      // Refused before its end, and cut off.
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: g\r\nContent-Length: 18\r\nTransfer-Encoding: chunked\r\n",
        "Host: g\r\nTransfer-Encoding: chunked\r\nContent-Length: 18\r\n",
        "Host: g\r\nContent-Length: 18\r\nContent-Length: 19\r\n",
        "Host: g\r\nContent-Length: 18, 19\r\n",
        "Host: g\r\nContent-Length: +18\r\n",
        "Host: g\r\nContent-Length: 0x12\r\n",
        "Host: g\r\nContent-Length: -1\r\n",
        "Host: g\r\nContent-Length: \r\n",
        "Host: g\r\nTransfer-Encoding: xchunked\r\n",
        "Host: g\r\nTransfer-Encoding: chunked, identity\r\n",
        "Host: g\r\nTransfer-Encoding: identity\r\n",
        "Host: g\r\nTransfer-Encoding : chunked\r\n",
        "Host: g\r\n Transfer-Encoding: chunked\r\nContent-Length: 18\r\n",
        "Host: g\r\nTransfer-Encoding:\u000bchunked\r\n",
        "Host: g\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Host: g\r\nHost: h\r\nContent-Length: 18\r\n",
        "Content-Length: 18\r\n",
        "Host: g\r\nAuthorization: Bearer x\r\nContent-Length: 18\r\n",
        "Host: g\r\nX-Nul: a\0b\r\nContent-Length: 18\r\n",
        "Host: g\r\nX-Bare: a\rb\r\nContent-Length: 18\r\n",
        "Host: g\r\nBad Name: a\r\nContent-Length: 18\r\n",
        "Host: g\r\nno colon\r\nContent-Length: 18\r\n",
      })
  void anAmbiguousHeadIsRefused(String headers) throws Exception {
    int before = rig.seenCount();
    String answer = answered(LINE + authorized() + TYPE + headers + "\r\n" + BODY + SMUGGLED);
    var status = STATUS.matcher(answer);
    assertThat(status.find()).as(answer).isTrue();
    assertThat(status.group(1)).as(headers).isEqualTo("400");
    assertThat(rig.seenCount()).as("calls that reached the upstream").isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /llm/v1/providers/up/chat/completions HTTP/1.1 \r\n",
        "POST /llm/v1/providers/up/chat/completions HTTP/2.0\r\n",
        "POST /llm/v1/providers/up/chat/completions HTTP/0.9\r\n",
        "PO\0ST /llm/v1/providers/up/chat/completions HTTP/1.1\r\n",
        "POST /llm/v1/providers/up/chat/completions\r\n",
      })
  void anOddRequestLineReachesNoUpstream(String line) throws Exception {
    int before = rig.seenCount();
    String answer =
        begun(
            line + authorized() + TYPE + "Host: g\r\nContent-Length: 18\r\n\r\n" + BODY + SMUGGLED);
    assertThat(answer).doesNotContain("HTTP/1.1 200");
    assertThat(rig.seenCount()).isEqualTo(before);
  }

  /** The wrong size makes the rest of a chunked body part of nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "12;\r\n" + BODY + "0\r\n\r\n",
        "12\n" + BODY + "\n0\n\n",
        "0x12\r\n" + BODY + "\r\n0\r\n\r\n",
        "-1\r\n" + BODY + "\r\n0\r\n\r\n",
        "ffffffffffffffff1\r\n" + BODY + "\r\n0\r\n\r\n",
        "12\r\n" + BODY + "XX0\r\n\r\n",
      })
  void aBrokenChunkReachesNoUpstream(String chunks) throws Exception {
    int before = rig.seenCount();
    String answer =
        begun(
            LINE
                + authorized()
                + TYPE
                + "Host: g\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunks
                + SMUGGLED);
    assertThat(answer).as(chunks).doesNotContain("HTTP/1.1 200");
    assertThat(rig.seenCount()).isEqualTo(before);
  }

  /** A server may put a space in its place; where two servers differ, a header is hidden. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Folded: a\r\n b\r\n",
        "X-Folded: a\r\n\tb\r\n",
        "X-Folded:\r\n b\r\n",
        "X-Folded: a\n b\r\n",
        "X-Folded: a\r\n \r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
        "X-Folded: a\r\n Transfer-Encoding: chunked\r\n",
      })
  void aFoldedHeaderIsRefusedWhereverItsBytesAreSplit(String folded) throws Exception {
    int before = rig.seenCount();
    String head =
        LINE + authorized() + TYPE + "Host: g\r\nContent-Length: 18\r\n" + folded + "\r\n";
    String good = LINE + authorized() + TYPE + "Host: g\r\nContent-Length: 18\r\n\r\n" + BODY;
    assertThat(statuses(exchange(head + BODY + SMUGGLED))).containsExactly("400");
    assertThat(statuses(byteByByte(head + BODY + SMUGGLED))).containsExactly("400");
    assertThat(rig.seenCount()).isEqualTo(before);
    assertThat(statuses(exchange(good + head + BODY + SMUGGLED))).containsExactly("200", "400");
    assertThat(rig.seen().body()).hasToString(BODY);
    var _ = rig.ledger().next();
    assertThat(rig.seenCount()).isEqualTo(before);
  }

  /** A body may have lines that begin with spaces, however it is framed. */
  @Test
  void aBodyIsNoHeader() throws Exception {
    String body = "{\n \"model\":\n\t\"gpt-4o\"}";
    String head = LINE + authorized() + TYPE + "Host: g\r\n";
    String plain = head + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
    String chunked =
        head
            + "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
                .formatted(body.length(), body);
    String last = plain.replace("Host: g\r\n", "Host: g\r\nConnection: close\r\n");
    assertThat(statuses(exchange(plain + chunked + last))).containsExactly("200", "200", "200");
    for (int i = 0; i < 3; i++) {
      assertThat(rig.seen().body()).hasToString(body);
      var _ = rig.ledger().next();
    }
  }

  /** What else HTTP/2 can do is in GatewayHttp2AttackTest. */
  @Test
  void resetsOfStreamsThatNeverWereReachNothing() throws Exception {
    int before = rig.seenCount();
    String settings = "\0\0\0\4\0\0\0\0\0";
    String reset = "\0\0\4\3\0\0\0\0\1\0\0\0\10";
    String answer = begun("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings + reset.repeat(1_000));
    assertThat(answer).doesNotContain(" 200 ");
    assertThat(rig.seenCount()).isEqualTo(before);
  }

  /** What comes behind a body is the next request, and must look like one. */
  @Test
  void aBodyLongerThanItsLengthIsNoPartOfTheCall() throws Exception {
    String call = LINE + authorized() + TYPE + "Host: g\r\nContent-Length: 18\r\n\r\n" + BODY;
    assertThat(statuses(exchange(call + "and more of it\r\n\r\n"))).containsExactly("200", "400");
    assertThat(rig.seen().body()).hasToString(BODY);
    var _ = rig.ledger().next();
  }

  @Test
  void whoWaitsForPermissionToSendItsBodyGetsItFromUs() throws Exception {
    String head =
        LINE
            + authorized()
            + TYPE
            + "Host: g\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 18\r\n\r\n";
    assertThat(statuses(exchange(head + BODY))).containsExactly("100", "200");
    assertThat(rig.seen().header("expect")).isEqualTo("null");
    var _ = rig.ledger().next();
  }

  private static List<String> statuses(String answers) {
    return STATUS.matcher(answers).results().map(found -> found.group(1)).toList();
  }

  @Test
  void pipelinedCallsAreAnsweredInOrder() throws Exception {
    String call = LINE + authorized() + TYPE + "Host: g\r\nContent-Length: 18\r\n\r\n" + BODY;
    String last = call.replace("Host: g\r\n", "Host: g\r\nConnection: close\r\n");
    String answers = exchange(call + call + last);
    assertThat(statuses(answers)).containsExactly("200", "200", "200");
    for (int i = 0; i < 3; i++) {
      assertThat(rig.seen().body()).hasToString(BODY);
      var _ = rig.ledger().next();
    }
  }

  @Test
  void tenThousandHeadersAreTooMany() throws Exception {
    int before = rig.seenCount();
    String headers = "X-Header: 1\r\n".repeat(10_000);
    String answer =
        exchange(
            LINE + authorized() + TYPE + "Host: g\r\n" + headers + "Content-Length: 18\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 431");
    assertThat(rig.seenCount()).isEqualTo(before);
  }

  /** The path that decides is the one that is routed, whatever the authority claims. */
  @Test
  void anAbsoluteTargetIsTakenByItsPath() throws Exception {
    int before = rig.seenCount();
    String answer =
        exchange(
            "POST http://evil.example/llm/v1/providers/up/chat/completions HTTP/1.1\r\n"
                + TYPE
                + "Host: evil.example\r\nConnection: close\r\nContent-Length: 18\r\n\r\n"
                + BODY);
    assertThat(answer).startsWith("HTTP/1.1 401");
    assertThat(rig.seenCount()).isEqualTo(before);
  }
}
