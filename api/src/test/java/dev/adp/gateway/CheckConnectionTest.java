package dev.adp.gateway;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionCheck.Saved;
import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.ResourceId;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import dev.adp.store.Upstreams;
import java.net.Socket;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks share connections, as calls do. */
@Timeout(60)
class CheckConnectionTest {
  private static final String CHAT =
      """
      {"id": "c1", "model": "m", "choices": [{"message": {"content": "Hi"}}]}
      """;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private static String answer(String status, String body) {
    return "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(status, body.length(), body);
  }

  /** Its connection must not be the next check's, which would get the answer to the first. */
  @Test
  void anInterimAnswerThatIsNotOfHttpIsNoAnswerAndEndsItsConnection() throws Exception {
    var first = new CompletableFuture<Socket>();
    try (var rig = new CheckRig(store);
        var upstream =
            new RawUpstream(
                socket -> {
                  if (first.complete(socket)) {
                    RawUpstream.write(socket, "HTTP/1.1 102 Processing\r\n\r\n");
                  } else if (first.join().equals(socket)) {
                    RawUpstream.write(socket, answer("200 OK", CHAT));
                  } else {
                    RawUpstream.write(socket, answer("401 Unauthorized", "{}"));
                  }
                })) {
      var config = CheckRig.openAi("http://127.0.0.1:" + upstream.port());
      store.providers().create(ADMIN, Drafts.draft("up", config), List.of());
      var check = new ConnectionCheck(new Saved(new ResourceId("up")), "m", Optional.empty());
      ConnectionTests tests = rig.tests(Upstreams.LOCAL);
      assertThat(rig.check(tests, check).cause()).contains(Cause.CONNECTION_FAILED);
      assertThat(rig.check(tests, check).status()).contains(401);
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }
}
