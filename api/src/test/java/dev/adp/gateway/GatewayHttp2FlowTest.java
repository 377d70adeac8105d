package dev.adp.gateway;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.gateway.Http2Client.Answer;
import dev.adp.store.StoreExtension;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.streams.WriteStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Streams of one connection that are slow, or very many. */
@Timeout(120)
class GatewayHttp2FlowTest {
  private static final String BODY = "{\"model\":\"gpt-4o\"}";
  private static final String STREAM = "{\"model\":\"gpt-4o\",\"stream\":true}";
  private static final String STREAM_WITH_USAGE =
      "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
  private static final String HELLO =
      "data: {\"id\":\"c1\",\"model\":\"gpt-4o\",\"choices\":[{}]}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String ANSWER = "{\"model\":\"gpt-4o\"}";
  private static final String BYTES = "application/octet-stream";
  private static final int LARGE = 64 << 20;

  /** What buffers of the kernel and windows of HTTP/2 may hold, with room. */
  private static final long IN_FLIGHT_BYTES_MAX = 32L << 20;

  private static final int TURNS = 300;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @RegisterExtension final Http2Bed bed = new Http2Bed(store);

  @Test
  void anUploadThatIsNotReadIsHeldBackAndNoOtherCall() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    Http2Client client = bed.client(rig);
    var received = new AtomicLong();
    rig.answersAtOnce(
        request -> {
          request.handler(piece -> received.addAndGet(piece.length()));
          request.endHandler(_ -> request.response().end("{}"));
          request.pause();
          bed.arrived(request);
        });
    var sent = new AtomicLong();
    Answer answer = client.upload("/files", BYTES, body -> pump(body, sent, () -> body.end()));
    HttpServerRequest reader = bed.upstream();
    awaitStill(rig, sent);
    assertThat(sent.get()).isLessThan(IN_FLIGHT_BYTES_MAX);
    rig.answersJson(ANSWER);
    assertThat(client.chat(BODY).text()).isEqualTo(ANSWER);
    reader.resume();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(received.get()).isEqualTo(LARGE);
  }

  @Test
  void anAnswerThatIsNotReadIsHeldBackAndNoOtherCall() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    Http2Client client = bed.client(rig);
    var written = new AtomicLong();
    rig.answers(request -> pump(request, written));
    Answer answer = client.paused("/files/f/content");
    awaitStill(rig, written);
    assertThat(written.get()).isBetween(1L, IN_FLIGHT_BYTES_MAX);
    rig.answersJson(ANSWER);
    assertThat(client.chat(BODY).text()).isEqualTo(ANSWER);
    answer.head().resume();
    assertThat(answer.bytes().length()).isEqualTo(LARGE);
  }

  /** Of what an upstream says behind the end of its answer, only so much waits for the record. */
  @Test
  void whatComesBehindTheEndIsHeldBackUntilTheRecordIsKept() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    var written = new AtomicLong();
    Answer answer = floodedBehindItsEnd(rig, bed.client(rig), written);
    assertThat(written.get()).isBetween(1L, IN_FLIGHT_BYTES_MAX);
    rig.ledger().keepOne();
    assertThat(answer.bytes().length()).isEqualTo(DONE.length() + LARGE);
  }

  @Test
  void aRecordThatTakesItsTimeIsNoFaultOfTheClient() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual().idle(500));
    Http2Client client = bed.client(rig);
    Answer answer = floodedBehindItsEnd(rig, client, new AtomicLong());
    var looked = new CompletableFuture<Void>();
    rig.answers(request -> request.response().closeHandler(_ -> looked.complete(null)));
    Answer _ = client.chat(BODY);
    looked.get(20, SECONDS); // It has been still for a shorter time.
    rig.ledger().keepOne();
    answer.showed(DONE);
  }

  private static Answer floodedBehindItsEnd(GatewayRig rig, Http2Client client, AtomicLong written)
      throws Exception {
    rig.ledger().hold();
    rig.answers(
        request -> {
          HttpServerResponse response = request.response().setChunked(true);
          var _ = response.putHeader("content-type", "text/event-stream").write(DONE);
          pump(response, written, () -> response.end());
        });
    Answer answer = client.chat(STREAM_WITH_USAGE);
    var _ = rig.ledger().next();
    awaitStill(rig, written);
    return answer;
  }

  @Test
  void whoDoesNotReadLosesThatAnswerAndNotTheConnection() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual().idle(500));
    Http2Client client = bed.client(rig);
    rig.answers(request -> pump(request, new AtomicLong()));
    Answer _ = client.paused("/files/f/content");
    assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.CLIENT_GONE);
    rig.answersJson(ANSWER);
    assertThat(client.chat(BODY).text()).isEqualTo(ANSWER);
  }

  /** We end the connection to its upstream, as that would to tell that it is whole. */
  @Test
  void anAnswerWithoutALengthThatIsBrokenOffIsNoWholeOne() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual().call(2_000));
    Http2Client client = bed.client(rig);
    try (var upstream = RawUpstream.flooding()) {
      rig.leadTo(upstream.port());
      Answer answer = client.paused("/files/f/content");
      assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
      answer.head().resume();
      assertThat(answer.broken()).isInstanceOf(StreamResetException.class);
    }
  }

  @Test
  void fiveHundredStreamsEndAfterTheirClientsWereTold() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    rig.answers(
        request -> {
          var _ =
              request
                  .response()
                  .setChunked(true)
                  .putHeader("content-type", "text/event-stream")
                  .write(HELLO);
          bed.arrived(request);
        });
    var clients = new ArrayList<Http2Client>();
    var streams = new ArrayList<Answer>();
    for (int i = 0; i < 500; i++) {
      if (i % 100 == 0) {
        clients.add(bed.client(rig));
      }
      streams.add(clients.getLast().chat(STREAM));
    }
    for (Answer each : streams) {
      each.showed("\"choices\"");
    }
    var told = new CompletableFuture<Void>();
    clients.getFirst().connection().goAwayHandler(_ -> told.complete(null));
    Future<?> stopped = rig.stop();
    told.get(20, SECONDS);
    assertThat(stopped.isComplete()).isFalse();
    assertThat(streams).noneMatch(Answer::isOver);
    for (int i = 0; i < 500; i++) {
      var _ = bed.upstream().response().end(DONE);
    }
    for (Answer each : streams) {
      assertThat(each.text()).isEqualTo(HELLO + DONE);
      assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.OK);
    }
    var _ = stopped.await(20, SECONDS);
  }

  private static void pump(HttpServerRequest request, AtomicLong written) {
    HttpServerResponse response = request.response().setChunked(true);
    pump(response, written, () -> response.end());
  }

  private static void pump(WriteStream<Buffer> to, AtomicLong written, Runnable end) {
    while (written.get() < LARGE && !to.writeQueueFull()) {
      written.addAndGet(65_536);
      var _ = to.write(Buffer.buffer(new byte[65_536]));
    }
    if (written.get() < LARGE) {
      to.drainHandler(_ -> pump(to, written, end));
    } else {
      end.run();
    }
  }

  /** Waits until a count no longer moves, however often the gateway gets its turn. */
  private static void awaitStill(GatewayRig rig, AtomicLong count) throws Exception {
    long before = count.get();
    for (int turns = 0; turns < TURNS; turns++) {
      rig.roundTrip();
      if (count.get() != before) {
        before = count.get();
        turns = 0;
      }
    }
  }
}
