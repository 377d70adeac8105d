package dev.adp.gateway;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.gateway.Http2Client.Answer;
import dev.adp.store.Eventually;
import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many calls on one connection, none of which may harm another. */
@Timeout(90)
class GatewayHttp2Test {
  private static final String BODY = "{\"model\":\"gpt-4o\"}";
  private static final String STREAM = "{\"model\":\"gpt-4o\",\"stream\":true}";
  private static final String HELLO =
      "data: {\"id\":\"c1\",\"model\":\"gpt-4o\",\"choices\":[{}]}\n\n";
  private static final String USAGE =
      "data: {\"choices\":[{}],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String ANSWER =
      "{\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}";
  private static final Tokens TOKENS = new Tokens(12, 3, 0, 0, 0, 0, 0, 0);
  private static final String BYTES = "application/octet-stream";
  private static final long INTERNAL_ERROR = 2;
  private static final long CANCEL = 8;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @RegisterExtension final Http2Bed bed = new Http2Bed(store);

  /** A stream that has begun, and goes on as the test says. */
  private Answer stream(GatewayRig rig, Http2Client client) throws Exception {
    rig.answers(
        request -> {
          var _ = eventStream(request).write(HELLO);
          bed.arrived(request);
        });
    Answer answer = client.chat(STREAM);
    answer.showed("\"choices\"");
    return answer;
  }

  private static HttpServerResponse eventStream(HttpServerRequest request) {
    return request.response().setChunked(true).putHeader("content-type", "text/event-stream");
  }

  @Test
  void aCallLooksUpstreamAndBackAsOneOfHttp11() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    Http2Client client = bed.client(rig);
    rig.answers(
        request ->
            request
                .response()
                .putHeader("content-type", "application/json")
                .putHeader("connection", "keep-alive, x-hop")
                .putHeader("keep-alive", "timeout=5")
                .putHeader("x-hop", "1")
                .putHeader("X-Upstream", "yes")
                .end(ANSWER));
    Answer answer = client.chat(BODY);
    assertThat(answer.text()).isEqualTo(ANSWER);
    assertThat(answer.head().version()).isEqualTo(HttpVersion.HTTP_2);
    assertThat(answer.header("x-upstream")).isEqualTo("yes");
    assertThat(answer.header("x-request-id")).hasSize(32);
    assertThat(answer.head().headers().names())
        .doesNotContain("connection", "keep-alive", "x-hop", "transfer-encoding");
    GatewayRig.Seen seen = rig.seen();
    assertThat(seen.request().version()).isEqualTo(HttpVersion.HTTP_1_1);
    assertThat(seen.header("authorization")).isEqualTo("Bearer " + GatewayRig.UPSTREAM_KEY);
    assertThat(seen.header("host")).isEqualTo("127.0.0.1:" + rig.upstreamPort());
    assertThat(seen.body()).hasToString(BODY);
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.OK);
    assertThat(record.tokens()).isEqualTo(TOKENS);
    assertThat(new JsonObject(rig.log().getFirst()).getString("protocol")).isEqualTo("h2");
  }

  @Test
  void eachPieceIsPassedOnBeforeTheNextArrives() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    Answer answer = stream(rig, bed.client(rig));
    HttpServerResponse response = bed.upstream().response();
    response.write(USAGE).await();
    response.end(DONE).await();
    assertThat(answer.text()).isEqualTo(HELLO + USAGE + DONE);
    assertThat(rig.ledger().next().tokens()).isEqualTo(TOKENS);
  }

  @Test
  void anAnswerThatBreaksOffEndsItsStreamAndNoOther() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    Http2Client client = bed.client(rig);
    Answer broken = stream(rig, client);
    HttpServerRequest first = bed.upstream();
    Answer other = stream(rig, client);
    first.response().write(USAGE).await();
    first.connection().close().await();
    assertThat(broken.broken())
        .isInstanceOfSatisfying(
            StreamResetException.class,
            reset -> assertThat(reset.getCode()).isEqualTo(INTERNAL_ERROR));
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
    assertThat(record.usageState()).isEqualTo(UsageState.PARTIAL);
    bed.upstream().response().end(USAGE + DONE).await();
    assertThat(other.text()).isEqualTo(HELLO + USAGE + DONE);
    assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.OK);
  }

  /** Netty ends connections with too many resets, whoever is to blame for them. */
  @Test
  void upstreamsThatBreakOffAgainAndAgainEndNoConnection() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    Http2Client client = bed.client(rig);
    Answer other = stream(rig, client);
    HttpServerRequest lasting = bed.upstream();
    rig.answersRaw(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 999999\r\n\r\n"
            + HELLO);
    for (int i = 0; i < 250; i++) {
      assertThat(client.chat(STREAM).broken()).isInstanceOf(StreamResetException.class);
    }
    lasting.response().end(USAGE + DONE).await();
    assertThat(other.text()).isEqualTo(HELLO + USAGE + DONE);
  }

  /** A reset overtakes what is written before it, unless it is made to wait. */
  @Test
  void whatCameBeforeTheBreakArrives() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    Http2Client client = bed.client(rig);
    String much = ": " + "x".repeat(60_000) + "\n\n";
    rig.answersRaw(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 999999\r\n\r\n"
            + HELLO
            + much);
    Answer answer = client.chat(STREAM);
    assertThat(answer.broken()).isInstanceOf(StreamResetException.class);
    answer.showed("xxx\n\n");
  }

  @Test
  void aCallThatItsClientTakesBackEndsUpstreamAndNoOther() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    Http2Client client = bed.client(rig);
    Answer gone = stream(rig, client);
    var closed = new CompletableFuture<Void>();
    HttpServerRequest first = bed.upstream();
    first.response().closeHandler(_ -> closed.complete(null));
    first.response().write(USAGE).await();
    Answer other = stream(rig, client);
    rig.roundTrip();
    gone.head().request().reset(CANCEL).await();
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(record.tokens()).isEqualTo(TOKENS);
    closed.get(20, SECONDS);
    bed.upstream().response().end(USAGE + DONE).await();
    assertThat(other.text()).isEqualTo(HELLO + USAGE + DONE);
    assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.OK);
    Eventually.holds("no live calls", () -> rig.metrics().contains("adp_live_calls 0\n"));
  }

  /** And not only when an answer has not come for a minute: half a body gets no answer. */
  @Test
  void anUploadThatItsClientTakesBackEndsUpstreamAtOnce() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    var closed = new CompletableFuture<Void>();
    var begun = new CompletableFuture<Void>();
    rig.answersAtOnce(
        request -> {
          request.connection().closeHandler(_ -> closed.complete(null));
          request.handler(_ -> begun.complete(null));
        });
    HttpClientRequest upload = bed.client(rig).begin("/files", BYTES, new Answer());
    var _ = upload.write("half of it");
    begun.get(20, SECONDS);
    upload.reset(CANCEL).await();
    assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.CLIENT_GONE);
    closed.get(20, SECONDS);
  }

  @Test
  void aPlainCallWhoseClientTookItBackIsReadToItsEndForItsUsage() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    rig.answers(bed::arrived);
    var answer = new Answer();
    HttpClientRequest call = bed.client(rig).begin(GatewayRig.CHAT, "application/json", answer);
    var _ = call.end(BODY);
    HttpServerRequest request = bed.upstream();
    call.reset(CANCEL).await();
    rig.roundTrip();
    request.response().putHeader("content-type", "application/json").end(ANSWER).await();
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_GONE);
    assertThat(record.tokens()).isEqualTo(TOKENS);
  }

  @Test
  void bodiesNeedNoLengthAndHeadsNoBody() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    Http2Client client = bed.client(rig);
    rig.answers(request -> request.response().end("{}"));
    var answer = new Answer();
    HttpClientRequest upload = client.begin("/files", BYTES, answer);
    upload.write("one ").await();
    var _ = upload.end("two");
    assertThat(answer.text()).isEqualTo("{}");
    GatewayRig.Seen seen = rig.seen();
    assertThat(seen.body()).hasToString("one two");
    assertThat(seen.header("transfer-encoding")).isEqualTo("chunked");
    for (HttpMethod method : List.of(HttpMethod.POST, HttpMethod.GET, HttpMethod.DELETE)) {
      assertThat(client.get(method, "/batches/b1").status()).isEqualTo(200);
      seen = rig.seen();
      assertThat(seen.header("transfer-encoding")).as(method.name()).isEqualTo("null");
      assertThat(seen.body().length()).isZero();
    }
  }

  @Test
  void aHeadAndAnAnswerWithoutBodyEnd() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual());
    Http2Client client = bed.client(rig);
    rig.answers(request -> request.response().putHeader("content-length", "17").end());
    Answer head = client.get(HttpMethod.HEAD, "/models");
    assertThat(head.header("content-length")).isEqualTo("17");
    assertThat(head.bytes().length()).isZero();
    rig.answers(request -> request.response().setStatusCode(204).end());
    Answer none = client.get(HttpMethod.DELETE, "/files/f");
    assertThat(none.status()).isEqualTo(204);
    assertThat(none.bytes().length()).isZero();
  }

  @Test
  void aBodyThatIsTooSlowOrTooLargeIsRefusedAndTheConnectionServesOn() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual().clientBody(1_000).heldBytes(1_000, 10_000));
    Http2Client client = bed.client(rig);
    rig.answersJson(ANSWER);
    var slow = new Answer();
    HttpClientRequest call = client.begin(GatewayRig.CHAT, "application/json", slow);
    var _ = call.write("{");
    assertThat(slow.status()).isEqualTo(408);
    Answer large = client.chat("{\"x\":\"" + "x".repeat(2_000) + "\"}");
    assertThat(large.status()).isEqualTo(413);
    assertThat(large.header("x-adp-error-code")).isEqualTo("request_too_large");
    assertThat(client.chat(BODY).text()).isEqualTo(ANSWER);
    assertThat(rig.metrics()).contains("adp_held_body_bytes 0\n");
  }

  @Test
  void everyStreamCountsAsACall() throws Exception {
    GatewayRig rig = bed.rig(Limits.usual().calls(2));
    Http2Client client = bed.client(rig);
    Answer first = stream(rig, client);
    Answer second = stream(rig, client);
    Answer third = client.chat(STREAM);
    assertThat(third.status()).isEqualTo(503);
    assertThat(third.header("retry-after")).isEqualTo("1");
    for (Answer each : List.of(first, second)) {
      bed.upstream().response().end(DONE).await();
      assertThat(each.text()).endsWith(DONE);
    }
    rig.answersJson(ANSWER);
    assertThat(client.chat(BODY).text()).isEqualTo(ANSWER);
  }
}
