package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.StoreExtension;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way on which strangers come in: whatever they send is looked up as it is, or not at all. */
@Timeout(60)
class GatewayTokenFuzzTest {
  private static final int TOKENS = 400;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store);
    rig.answersJson("{}");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  /** ID stands for one that exists; all are sent as they stand here, in a form. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "'",
        "ID'",
        "ID'--",
        "ID'+or+'1'='1",
        "'+or+client_id+like+'%25",
        "'%3bdelete+from+service_account%3b--",
        "ID%00",
        "ID%0a",
        "ID%5c",
        "%22ID%22",
        "$1",
        "{0}",
        ":client_id",
        "%25",
        "ID%20",
        "%ef%bc%87+or+1=1",
        "%ed%a0%80",
        "%c0%a7",
        "%",
        "(select+1)",
        "pg_sleep(10)",
      })
  void aClientIdIsNeverPartOfAStatement(String id) throws Exception {
    String own = rig.credential().clientId();
    String secret = rig.credential().clientSecret();
    HttpResponse<String> answer = token(id.replace("ID", own), secret);
    assertThat(answer.statusCode()).as(answer.body()).isIn(400, 401);
    assertThat(answer.body()).contains("\"error\":\"invalid_").doesNotContain("syntax", "select");
    assertThat(token(own, id.isEmpty() ? "'" : id).statusCode()).isIn(400, 401);
    HttpResponse<String> good = token(own, secret);
    assertThat(good.statusCode()).isEqualTo(200);
    String token = new JsonObject(good.body()).getString("access_token");
    assertThat(modelsWith(token).statusCode()).isEqualTo(200);
  }

  /** One character of a good token is another one, is missing, or is there twice. */
  @Test
  void aTokenThatIsNearlyGoodIsNone() throws Exception {
    var random = new Random(20261129);
    String good = rig.token();
    int signatureEnd = good.length() - 1; // Its last character has bits that say nothing.
    for (int i = 0; i < TOKENS; i++) {
      int at = random.nextInt(signatureEnd);
      char other = (char) ('!' + random.nextInt('~' - '!'));
      String put = random.nextInt(3) == 0 ? "" : String.valueOf(other);
      int from = random.nextInt(3) == 0 ? at : at + 1;
      String bad = good.substring(0, at) + put + good.substring(from);
      if (!bad.equals(good)) {
        assertThat(modelsWith(bad).statusCode()).as(bad).isEqualTo(401);
      }
    }
    assertThat(rig.seenCount()).isZero();
    assertThat(modelsWith(good).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> token(String id, String secret) throws Exception {
    return rig.send(
        HttpRequest.newBuilder(rig.uri("/oauth/idp/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(
                BodyPublishers.ofString(
                    "grant_type=client_credentials&client_id=%s&client_secret=%s"
                        .formatted(id, secret)))
            .build());
  }

  private HttpResponse<String> modelsWith(String token) throws Exception {
    return rig.send(
        HttpRequest.newBuilder(rig.uri("/llm/v1/providers/up/v1/models"))
            .header("x-api-key", token)
            .build());
  }
}
