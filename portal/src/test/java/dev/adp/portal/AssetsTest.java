package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssetsTest {
  private static final Vertx vertx = Vertx.vertx();
  private static final Assets assets = new Assets();
  private static final HttpClient client = HttpClient.newHttpClient();
  private static int port;

  @BeforeAll
  static void start() {
    Router router = Router.router(vertx);
    router.get("/assets/*").handler(assets);
    var options = new HttpServerOptions().setHttp2ClearTextEnabled(false); // As the real one.
    HttpServer server = vertx.createHttpServer(options).requestHandler(router).listen(0).await();
    port = server.actualPort();
  }

  @AfterAll
  static void stop() {
    vertx.close().await();
  }

  @ParameterizedTest
  @CsvSource({
    "tabler.min.css, text/css; charset=utf-8",
    "portal.js, text/javascript; charset=utf-8",
    "icons.svg, image/svg+xml",
    "fonts/inter-latin-wght-normal.woff2, font/woff2"
  })
  void saysWhatItIsAndThatItNeverChanges(String name, String contentType) throws Exception {
    HttpResponse<byte[]> response = get(assets.base() + name, "identity");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains(contentType);
    assertThat(response.headers().firstValue("cache-control"))
        .contains("public, max-age=31536000, immutable");
    assertThat(response.headers().firstValue("content-encoding")).isEmpty();
  }

  @Test
  void textIsCompressedForThoseWhoTakeIt() throws Exception {
    HttpResponse<byte[]> plain = get(assets.base() + "tabler.min.css", "identity");
    HttpResponse<byte[]> gzip = get(assets.base() + "tabler.min.css", "br, gzip");
    assertThat(gzip.headers().firstValue("content-encoding")).contains("gzip");
    assertThat(gzip.body().length).isLessThan(plain.body().length / 4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../assets/portal.js", "%2e%2e/views/error.html", "fonts/", "", "nothing.css"})
  void thereIsNothingElse(String name) throws Exception {
    assertThat(get(assets.base() + name, "identity").statusCode()).isEqualTo(404);
  }

  @Test
  void anotherBuildHasOtherAddresses() throws Exception {
    assertThat(get("/assets/0123456789abcdef/portal.js", "identity").statusCode()).isEqualTo(404);
  }

  private static HttpResponse<byte[]> get(String path, String encoding) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("accept-encoding", encoding)
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }
}
