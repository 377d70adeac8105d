package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.gateway.FakeSts;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys of AWS in the program as it is packed, which finds parts of the SDK only when it runs: a pod
 * of EKS trades its token for the gateway's identity, and that assumes the role of a provider.
 */
@Timeout(120)
class AssumedRoleTest {
  private static final String POD_ROLE = "arn:aws:iam::111111111111:role/Gateway";
  private static final String ROLE = "arn:aws:iam::222222222222:role/Bedrock";

  private final BlockingQueue<HttpServerRequest> asked = new LinkedBlockingQueue<>();

  @Test
  void aPodsTokenBecomesAnIdentityAndThatTheRoleOfAProvider(@TempDir Path folder) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "jwt-of-the-pod");
    Vertx vertx = Vertx.vertx();
    HttpServer upstream = vertx.createHttpServer().requestHandler(this::answer);
    try (var identities = new FakeSts(vertx, Clock.systemUTC());
        var roles = new FakeSts(vertx, Clock.systemUTC());
        var program =
            Program.prepared(
                "up",
                "ADP_AWS_STS_URL",
                roles.uri().toString(),
                "AWS_ENDPOINT_URL_STS",
                identities.uri().toString(),
                "AWS_ROLE_ARN",
                POD_ROLE,
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                token.toString(),
                "AWS_REGION",
                "us-east-1")) {
      String url = provider(program.start(), upstream.listen(0, "127.0.0.1").await().actualPort());
      for (int i = 0; i < 2; i++) {
        assertThat(converse(program, url).statusCode()).isEqualTo(200);
        HttpServerRequest seen = asked.poll(20, TimeUnit.SECONDS);
        assertThat(seen).isNotNull();
        assertThat(seen.getHeader("authorization"))
            .contains("Credential=ASIALENT1/")
            .contains("/us-east-1/bedrock/aws4_request")
            .doesNotContain(program.token());
        assertThat(seen.getHeader("x-amz-security-token")).isEqualTo("lent-token-1");
      }
      assertThat(identities.seen())
          .containsEntry("Action", "AssumeRoleWithWebIdentity")
          .containsEntry("RoleArn", POD_ROLE)
          .containsEntry("WebIdentityToken", "jwt-of-the-pod");
      assertThat(roles.seen())
          .containsEntry("Action", "AssumeRole")
          .containsEntry("RoleArn", ROLE)
          .containsEntry("ExternalId", FakeSts.EXTERNAL_ID)
          .containsEntry("RoleSessionName", "team-a")
          .hasEntrySatisfying(
              "authorization", signed -> assertThat(signed).contains("Credential=ASIALENT1/"));
      assertThat(roles.seenCount()).as("the second call has taken the same keys").isZero();
      assertThat(program.out() + program.err()).doesNotContain("lent-", "jwt-of-the-pod");
    } finally {
      vertx.close().await();
    }
  }

  private void answer(HttpServerRequest request) {
    asked.add(request);
    var _ =
        request
            .response()
            .putHeader("content-type", "application/json")
            .end("{\"output\":{},\"usage\":{\"inputTokens\":12,\"outputTokens\":3}}");
  }

  /** Where calls of it go. */
  private static String provider(Program program, int upstreamPort) {
    var role =
        new JsonObject()
            .put("role_arn", ROLE)
            .put("external_id", FakeSts.EXTERNAL_ID)
            .put("session_name", "team-a");
    var config =
        new JsonObject()
            .put("region", "us-east-1")
            .put("base_url", "http://127.0.0.1:" + upstreamPort)
            .put("assume_role", role);
    return program
        .rest()
        .post(
            "/v1/llm-providers",
            new JsonObject()
                .put("name", "assumed")
                .put("display_name", "Assumed")
                .put("bedrock_config", config))
        .getString("url");
  }

  private static HttpResponse<String> converse(Program program, String url) {
    return Rest.send(
        HttpRequest.newBuilder(URI.create(url + "/model/amazon.nova-pro-v1:0/converse"))
            .header("authorization", "Bearer " + program.token())
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString("{\"messages\":[]}"))
            .build());
  }
}
