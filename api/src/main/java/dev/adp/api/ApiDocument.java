package dev.adp.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The OpenAPI document of the REST API and the token issuer, as it ships. */
public final class ApiDocument {
  private static final String RESOURCE = "/openapi.yaml";
  private static final int ETAG_BYTES = 8;

  private final Buffer yaml;
  private final String etag;

  public ApiDocument() {
    byte[] bytes = read();
    yaml = Buffer.buffer(bytes);
    etag = '"' + HexFormat.of().formatHex(sha256(bytes), 0, ETAG_BYTES) + '"';
  }

  /** Serves the document to anybody: what clients are made from is no secret. */
  void mount(Router router) {
    router.get("/openapi.yaml").handler(this::answer);
  }

  private void answer(RoutingContext ctx) {
    HttpServerResponse response =
        ctx.response()
            .putHeader("etag", etag)
            .putHeader("cache-control", "public, max-age=300")
            .putHeader("x-content-type-options", "nosniff");
    String known = Objects.requireNonNullElse(ctx.request().getHeader("if-none-match"), "");
    if (known.equals("*") || known.contains(etag)) {
      response.setStatusCode(304).end();
    } else {
      response.putHeader("content-type", "application/yaml").end(yaml);
    }
  }

  /** The document as a tree. */
  public JsonObject json() {
    Map<String, Object> tree =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(yaml.toString(StandardCharsets.UTF_8));
    return new JsonObject(tree);
  }

  private static byte[] read() {
    try (InputStream in =
        Objects.requireNonNull(ApiDocument.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
