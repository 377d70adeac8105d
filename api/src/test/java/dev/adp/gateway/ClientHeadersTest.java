package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientHeadersTest {
  private static final List<String> IN_ORDER =
      List.of("X-Redpanda-Cloud-Token", "Authorization", "X-Api-Key", "Api-Key", "X-Goog-Api-Key");

  @Test
  void theFirstOfTheSixPlacesThatHasATokenCounts() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    assertThat(ClientHeaders.token(headers, "a=1")).isEmpty();
    assertThat(ClientHeaders.token(headers, "a=1&key=in-query")).contains("in-query");
    for (String name : IN_ORDER.reversed()) {
      headers.set(name, name.equals("Authorization") ? "Bearer " + name : name);
      assertThat(ClientHeaders.token(headers, "key=in-query")).contains(name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, Bearer abc, abc",
    "Authorization, bearer   abc , abc",
    "authorization, BEARER abc, abc",
    "Authorization, Basic abc, in-query",
    "Authorization, abc, in-query",
    "X-Redpanda-Cloud-Token, Bearer abc, abc",
    "X-Redpanda-Cloud-Token, abc, abc",
  })
  void aTokenMayStandBehindTheWordBearer(String name, String value, String token) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add(name, value);
    assertThat(ClientHeaders.token(headers, "key=in-query")).contains(token);
  }

  @ParameterizedTest
  @CsvSource({"key=", "key=%zz", "key=%", "key", "xkey=abc", "''"})
  void aQueryWithoutAReadableTokenHasNone(String query) {
    assertThat(ClientHeaders.token(MultiMap.caseInsensitiveMultiMap(), query)).isEmpty();
  }

  @Test
  void aTokenInTheQueryIsDecoded() {
    assertThat(ClientHeaders.token(MultiMap.caseInsensitiveMultiMap(), "k=1&key=a%2Eb"))
        .contains("a.b");
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "a=1, ?a=1",
    "key=secret, ''",
    "key=secret&a=1, ?a=1",
    "a=1&key=secret&b=2&key=secret, ?a=1&b=2",
    "%6bey=secret&a=1, ?a=1",
    "ke%79=secret, ''",
    "api-version=2024-10-21&monkey=1, ?api-version=2024-10-21&monkey=1",
    "a=%2B%20+&b, ?a=%2B%20+&b",
    "%zz=1, ?%zz=1",
  })
  void theTokenLeavesTheQueryAndTheRestStaysAsItWas(String query, String forwarded) {
    assertThat(ClientHeaders.forwardedQuery(query)).isEqualTo(forwarded);
  }

  @Test
  void nothingOfTheCallersConnectionOrCredentialsGoesUpstream() {
    MultiMap from = MultiMap.caseInsensitiveMultiMap();
    IN_ORDER.forEach(name -> from.add(name, "secret").add(name, "secret too"));
    for (String name :
        List.of(
            "Host",
            "Cookie",
            "Accept-Encoding",
            "Content-Length",
            "Expect",
            "Keep-Alive",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            "Proxy-Authorization",
            "Proxy-Connection",
            "Proxy-Authenticate",
            "X-One",
            "X-Two",
            "X-Three")) {
      from.add(name, "x");
    }
    from.add("Connection", "close, X-One,x-two").add("Connection", "X-Three");
    from.add("OpenAI-Beta", "a").add("OpenAI-Beta", "b").add("Idempotency-Key", "k");
    MultiMap to = MultiMap.caseInsensitiveMultiMap();
    ClientHeaders.forward(from, to);
    assertThat(to.entries())
        .extracting(Map.Entry::getKey, Map.Entry::getValue)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("OpenAI-Beta", "a"),
            org.assertj.core.groups.Tuple.tuple("OpenAI-Beta", "b"),
            org.assertj.core.groups.Tuple.tuple("Idempotency-Key", "k"));
  }

  @Test
  void whatAnUpstreamSaysReachesTheClientButForItsConnection() {
    MultiMap from =
        MultiMap.caseInsensitiveMultiMap()
            .add("Retry-After", "7")
            .add("x-ratelimit-remaining-tokens", "0")
            .add("x-request-id", "req_1")
            .add("Connection", "X-Hop")
            .add("X-Hop", "1")
            .add("Transfer-Encoding", "chunked")
            .add("Content-Length", "3");
    MultiMap to = MultiMap.caseInsensitiveMultiMap();
    ClientHeaders.answer(200, from, to);
    assertThat(to.names())
        .containsExactlyInAnyOrder("Retry-After", "x-ratelimit-remaining-tokens", "x-request-id");
  }
}
