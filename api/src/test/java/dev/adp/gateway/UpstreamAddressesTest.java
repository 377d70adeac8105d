package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.AddressPolicy;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.UpstreamCheck;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpstreamAddressesTest {
  private final Vertx vertx = Vertx.vertx();
  private final Deque<List<String>> answers = new ArrayDeque<>();

  private final UpstreamCheck check =
      new UpstreamCheck(AddressPolicy.of(List.of("10.1.0.0/16"), Set.of()), this::resolve);
  private final UpstreamAddresses addresses = new UpstreamAddresses(vertx, check);

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    if (answers.isEmpty()) {
      throw new UnknownHostException(host);
    }
    return answers.pop().stream().map(InetAddress::ofLiteral).toList();
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void whatWasCheckedIsWhatIsConnectedTo() {
    answers.add(List.of("93.184.215.14"));
    assertThat(addresses.find("api.example.com", 443).await())
        .isEqualTo(SocketAddress.inetSocketAddress(443, "93.184.215.14"));
  }

  @Test
  void theFirstAllowedAddressIsTaken() {
    answers.add(List.of("169.254.169.254", "10.1.2.3"));
    assertThat(addresses.find("vllm.internal", 80).await())
        .isEqualTo(SocketAddress.inetSocketAddress(80, "10.1.2.3"));
  }

  @Test
  void aNameThatPointsElsewhereAfterItWasSavedIsRefused() {
    answers.add(List.of("93.184.215.14"));
    answers.add(List.of("169.254.169.254"));
    var saved = BaseUrl.of("base_url", "http://rebound.example.com/v1");
    assertThat(check.refusal(saved)).isEmpty();
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> addresses.find("rebound.example.com", 80).await())
        .withMessageContaining("rebound.example.com")
        .withMessageContaining("never");
  }

  @Test
  void anUnknownNameFails() {
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> addresses.find("nowhere.example.com", 80).await());
  }

  @Test
  void callsAtOneTimeLookANameUpOnce() {
    answers.add(List.of("93.184.215.14"));
    List<Future<SocketAddress>> found = new ArrayList<>();
    for (int call = 0; call < 50; call++) {
      found.add(addresses.find("api.example.com", 443));
    }
    assertThat(Future.all(found).await().<SocketAddress>list())
        .hasSize(50)
        .containsOnly(SocketAddress.inetSocketAddress(443, "93.184.215.14"));
    assertThatExceptionOfType(UnknownHostException.class) // The one answer is used up.
        .isThrownBy(() -> addresses.find("api.example.com", 8443).await());
  }
}
