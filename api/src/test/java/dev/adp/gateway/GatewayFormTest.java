package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms, files and whatever else passes as it comes. */
@Timeout(120)
class GatewayFormTest {
  private static final int STREAMED_BYTES_MAX = 120 << 20;
  private static final int HELD_BYTES_MAX = 100_000;
  private static final int LARGE = 100 << 20;

  /** What the kernel's buffers of two connections and a few pieces may hold, with room. */
  private static final long IN_FLIGHT_BYTES_MAX = 40L << 20;

  private static final int TURNS = 500;
  private static final String TRANSCRIPTIONS = "/audio/transcriptions";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig =
        new GatewayRig(
            store,
            Limits.usual()
                .heldBytes(HELD_BYTES_MAX, HELD_BYTES_MAX + WaitingRoom.BYTES)
                .streamedBytes(STREAMED_BYTES_MAX));
    rig.answersJson("{\"text\":\"hello\"}");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private static String form(String... namesAndValues) {
    var form = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.append("--b\r\nContent-Disposition: form-data; name=\"")
          .append(namesAndValues[i])
          .append("\"\r\n\r\n")
          .append(namesAndValues[i + 1])
          .append("\r\n");
    }
    return form.append("--b--\r\n").toString();
  }

  private HttpRequest upload(String path, String body) {
    return rig.call(path)
        .header("content-type", "multipart/form-data; boundary=b")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {TRANSCRIPTIONS, "/v1/audio/translations", "/images/edits"})
  void theModelOfAFormIsRecordedWhileItPasses(String path) throws Exception {
    String body = form("file", "RIFF", "model", "gpt-4o-transcribe", "stream", "true");
    assertThat(rig.send(upload(path, body)).statusCode()).isEqualTo(200);
    assertThat(rig.seen().body()).hasToString(body);
    UsageRecord record = rig.ledger().next();
    assertThat(record.model()).isEqualTo("gpt-4o-transcribe");
    assertThat(record.streamed()).isTrue();
    assertThat(record.requestBytes()).isEqualTo(body.length());
  }

  @Test
  void aListedModelOfAFormIsServed() throws Exception {
    list();
    String body = form("model", "whisper-1", "file", "RIFF");
    assertThat(rig.send(upload(TRANSCRIPTIONS, body)).statusCode()).isEqualTo(200);
    assertThat(rig.seen().body()).hasToString(body);
    assertThat(rig.ledger().next().model()).isEqualTo("whisper-1");
  }

  /** Each spelling of what is uncertain has its row in FormPartsTest. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "model=gpt-5",
        "file=RIFF",
        "model=whisper-1&model=gpt-5",
        "model=gpt-5&model=whisper-1",
        "model=whisper-1&Model=gpt-5",
        "model=whisper-1&model[]=gpt-5",
        "Model=whisper-1",
      })
  void aFormWhoseModelIsNotCertainlyListedIsRefused(String fields) throws Exception {
    list();
    assertNotAllowed(rig.send(upload(TRANSCRIPTIONS, form(fields.split("[=&]", -1)))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
      })
  void aBodyThatCannotBeReadIsRefusedWhereModelsAreListed(String type) throws Exception {
    list();
    HttpRequest request =
        rig.call(TRANSCRIPTIONS)
            .header("content-type", type)
            .POST(BodyPublishers.ofString(form("model", "whisper-1")))
            .build();
    assertNotAllowed(rig.send(request));
  }

  @Test
  void aFormTooLargeToBeHeldIsRefusedWhereModelsAreListed() throws Exception {
    list();
    String body = form("model", "whisper-1", "file", "x".repeat(HELD_BYTES_MAX));
    HttpResponse<String> response = rig.send(upload(TRANSCRIPTIONS, body));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("whose model must be checked");
    assertThat(rig.seenCount()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "/files, purpose=user_data&file=x, 200",
    "/files, purpose=batch&file=x, 403",
    "/files, purpose= Batch &file=x, 403",
    "/files, purpose=user_data&purpose=batch, 403",
    "/files, file=x, 403",
    "/v1//files, purpose=batch&file=x, 403",
  })
  void theLinesOfABatchAreNotLetPastAList(String path, String fields, int status) throws Exception {
    String body = form(fields.split("[=&]", -1));
    assertThat(rig.send(upload(path, body)).statusCode()).isEqualTo(200);
    assertThat(rig.seen().body()).hasToString(body);
    list();
    HttpResponse<String> response = rig.send(upload(path, body));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(rig.seenCount()).isEqualTo(status == 200 ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/uploads | {\"purpose\":\"vision\",\"bytes\":3} | 200",
        "/uploads | {\"purpose\":\"batch\",\"bytes\":3} | 403",
        "/uploads | {\"bytes\":3} | 403",
        "/uploads/u1/complete | {\"part_ids\":[]} | 200",
        "/batches | {\"input_file_id\":\"f\"} | 403",
        "/batches/b1/cancel | {} | 200",
        "/images/edits | {\"model\":\"whisper-1\"} | 200",
        "/images/edits | {\"model\":\"gpt-image-1\"} | 403",
      })
  void soIsJsonThatOrdersABatch(String path, String body, int status) throws Exception {
    list();
    HttpRequest request =
        rig.call(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    assertThat(rig.send(request).statusCode()).isEqualTo(status);
  }

  /**
   * While the upstream reads nothing, the client can send no more than what lies in buffers: so no
   * part of the gateway holds the body. Then all of it arrives.
   */
  @Test
  void aLargeBodyIsNeverHeld() throws Exception {
    var paused = new CompletableFuture<HttpServerRequest>();
    var received = new AtomicLong();
    var sum = new AtomicLong();
    rig.answersAtOnce(
        request -> {
          request.handler(
              piece -> {
                received.addAndGet(piece.length());
                sum.addAndGet(sum(piece));
              });
          request.endHandler(_ -> request.response().end("{}"));
          request.pause();
          paused.complete(request);
        });
    var sent = new AtomicLong();
    var sentSum = new AtomicLong();
    try (Socket client = rig.raw(head("/files", LARGE), "")) {
      Thread sender = Thread.ofVirtual().start(() -> send(client, sent, sentSum));
      HttpServerRequest upstream = paused.get(20, TimeUnit.SECONDS);
      awaitStill(sent);
      assertThat(sent.get()).isLessThan(IN_FLIGHT_BYTES_MAX);
      upstream.resume();
      sender.join();
      assertThat(statusOf(client)).contains(" 200 ");
    }
    assertThat(received.get()).isEqualTo(LARGE);
    assertThat(sum.get()).isEqualTo(sentSum.get());
    assertThat(rig.ledger().next().requestBytes()).isEqualTo(LARGE);
  }

  /** The same the other way: an upstream cannot write what the client does not read. */
  @Test
  void aLargeAnswerIsNeverHeld() throws Exception {
    var written = new AtomicLong();
    var sum = new AtomicLong();
    rig.answers(
        request -> {
          request.response().putHeader("content-length", String.valueOf(LARGE));
          write(request, written, sum);
        });
    try (Socket client =
        rig.raw(
            "GET /llm/v1/providers/up/files/f/content HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer "
                + rig.token(),
            "")) {
      awaitStill(written);
      assertThat(written.get()).isBetween(1L, IN_FLIGHT_BYTES_MAX);
      InputStream in = client.getInputStream();
      int headBytes = headBytes(in);
      assertThat(headBytes).isLessThan(1_000);
      long read = 0;
      long readSum = 0;
      byte[] piece = new byte[65_536];
      while (read < LARGE) {
        int count = in.read(piece);
        readSum += sum(Buffer.buffer(Arrays.copyOf(piece, count)));
        read += count;
      }
      assertThat(read).isEqualTo(LARGE);
      assertThat(readSum).isEqualTo(sum.get());
    }
    assertThat(rig.ledger().next().responseBytes()).isEqualTo(LARGE);
  }

  @Test
  void aBodyThatSaysItIsTooLargeIsRefusedAtOnce() throws Exception {
    try (Socket client = rig.raw(head("/files", STREAMED_BYTES_MAX + 1L), "")) {
      assertThat(statusOf(client)).contains(" 413 ");
    }
    assertThat(rig.seenCount()).isZero();
    assertThat(rig.ledger().pending()).isZero();
  }

  @Test
  void aChunkedBodyThatGrowsTooLargeIsBrokenOffUpstream() throws Exception {
    var broken = new CompletableFuture<Boolean>();
    rig.answersAtOnce(
        request -> {
          request.exceptionHandler(_ -> broken.complete(true));
          request.handler(_ -> {});
        });
    byte[] chunk = ("100000\r\n" + "x".repeat(1 << 20) + "\r\n").getBytes(StandardCharsets.UTF_8);
    try (Socket client =
        rig.raw(
            "POST /llm/v1/providers/up/files HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\nContent-Type: application/octet-stream"
                .formatted(rig.token()),
            "")) {
      for (int i = 0; i <= STREAMED_BYTES_MAX >> 20; i++) {
        client.getOutputStream().write(chunk);
      }
      assertThat(statusOf(client)).contains(" 413 ");
    }
    assertThat(broken.get(20, TimeUnit.SECONDS)).isTrue();
    UsageRecord record = rig.ledger().next();
    assertThat(record.status()).isEqualTo(413);
    assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(rig.ledger().pending()).isZero();
  }

  private void list() {
    rig.change(draft -> draft.withModels(Drafts.models("whisper-1")));
  }

  private void assertNotAllowed(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(new JsonObject(response.body()).getJsonObject("error").getString("code"))
        .isEqualTo("model_not_allowed");
    assertThat(rig.seenCount()).isZero();
    assertThat(rig.ledger().pending()).isZero();
  }

  private String head(String path, long length) {
    return "POST /llm/v1/providers/up%s HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d"
        .formatted(path, rig.token(), length);
  }

  /** A piece whose bytes tell its place. */
  private static byte[] piece(long at) {
    byte[] piece = new byte[65_536];
    for (int i = 0; i < piece.length; i++) {
      piece[i] = (byte) ((at >> 16) * 31 + i);
    }
    return piece;
  }

  private static long sum(Buffer piece) {
    long sum = 0;
    for (byte b : piece.getBytes()) {
      sum += b;
    }
    return sum;
  }

  private static void send(Socket client, AtomicLong sent, AtomicLong sum) {
    try {
      for (long at = 0; at < LARGE; at += 65_536) {
        byte[] piece = piece(at);
        client.getOutputStream().write(piece);
        sent.addAndGet(piece.length);
        sum.addAndGet(sum(Buffer.buffer(piece)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(HttpServerRequest request, AtomicLong written, AtomicLong sum) {
    var response = request.response();
    while (written.get() < LARGE && !response.writeQueueFull()) {
      Buffer piece = Buffer.buffer(piece(written.get()));
      written.addAndGet(piece.length());
      sum.addAndGet(sum(piece));
      var _ = response.write(piece);
    }
    if (written.get() < LARGE) {
      response.drainHandler(_ -> write(request, written, sum));
    } else {
      var _ = response.end();
    }
  }

  /** Waits until a count no longer moves, however often the gateway gets its turn. */
  private void awaitStill(AtomicLong count) throws Exception {
    long before = count.get();
    for (int turns = 0; turns < TURNS; turns++) {
      rig.roundTrip();
      if (count.get() != before) {
        before = count.get();
        turns = 0;
      }
    }
  }

  /** Reads the head of an answer; says how long it was. */
  private static int headBytes(InputStream in) throws IOException {
    int bytes = 0;
    for (int lineEnds = 0; lineEnds < 4; bytes++) {
      int b = in.read();
      lineEnds = b == '\r' || b == '\n' ? lineEnds + 1 : 0;
    }
    return bytes;
  }

  private static String statusOf(Socket client) throws IOException {
    return new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))
        .readLine();
  }
}
