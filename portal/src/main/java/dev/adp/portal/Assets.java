package dev.adp.portal;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Style sheets, script, icons and fonts, read once and served from memory.
 *
 * <p>Their address holds a hash of them all, so that they may be kept for ever, and so that a
 * relative address in a style sheet finds the font of the same build. Only the files named here
 * exist: there is no path to walk out of.
 */
final class Assets implements Handler<RoutingContext> {
  private static final String WEBJARS = "META-INF/resources/webjars/";
  private static final Map<String, String> RESOURCES = resources();
  private static final int HASH_BYTES = 8;

  private record Asset(String contentType, Buffer plain, Optional<Buffer> gzip) {}

  private final Map<String, Asset> assets = new LinkedHashMap<>();
  private final String base;

  Assets() {
    MessageDigest digest = sha256();
    RESOURCES.forEach(
        (name, resource) -> {
          byte[] bytes = read(resource);
          digest.update(bytes);
          assets.put(name, asset(name, bytes));
        });
    base = "/assets/" + HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES) + "/";
  }

  /** What every address of an asset starts with: {@code /assets/<hash>/}. */
  String base() {
    return base;
  }

  @Override
  public void handle(RoutingContext ctx) {
    String path = ctx.normalizedPath();
    Asset asset = path.startsWith(base) ? assets.get(path.substring(base.length())) : null;
    if (asset == null) {
      ctx.next();
      return;
    }
    HttpServerResponse response = ctx.response();
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, asset.contentType())
        .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
        .putHeader(HttpHeaders.VARY, "accept-encoding");
    if (asset.gzip().isPresent() && takesGzip(ctx)) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
      send(ctx, asset.gzip().get());
    } else {
      send(ctx, asset.plain());
    }
  }

  private static void send(RoutingContext ctx, Buffer body) {
    ctx.response().putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
    ctx.end(body);
  }

  private static boolean takesGzip(RoutingContext ctx) {
    @Nullable String accepted = ctx.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
    return accepted != null && accepted.contains("gzip");
  }

  private static Map<String, String> resources() {
    var resources = new LinkedHashMap<String, String>();
    resources.put("tabler.min.css", WEBJARS + "tabler__core/1.4.0/dist/css/tabler.min.css");
    resources.put("htmx.min.js", WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js");
    resources.put("echarts.min.js", WEBJARS + "echarts/5.5.0/echarts.min.js");
    for (String own :
        new String[] {
          "tokens.css",
          "frame.css",
          "components.css",
          "pages.css",
          "charts.css",
          "transcripts.css",
          "portal.js",
          "icons.svg",
          "chevron.svg",
          "copy.svg",
          "pencil.svg",
          "type-openai.svg",
          "type-anthropic.svg",
          "type-google.svg",
          "type-bedrock.svg",
          "type-compatible.svg",
          "favicon.svg",
          "fonts/inter-latin-wght-normal.woff2",
          "fonts/geist-mono-latin-wght-normal.woff2"
        }) {
      resources.put(own, "assets/" + own);
    }
    return resources;
  }

  private static Asset asset(String name, byte[] bytes) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    String contentType =
        switch (extension) {
          case "css" -> "text/css; charset=utf-8";
          case "js" -> "text/javascript; charset=utf-8";
          case "svg" -> "image/svg+xml";
          case "woff2" -> "font/woff2";
          default -> throw new IllegalStateException("No content type for " + name);
        };
    boolean compressed = extension.equals("woff2");
    return new Asset(
        contentType,
        Buffer.buffer(bytes),
        compressed ? Optional.empty() : Optional.of(Buffer.buffer(gzip(bytes))));
  }

  private static byte[] read(String resource) {
    try (InputStream in = Assets.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("Missing resource " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] gzip(byte[] bytes) {
    var out = new ByteArrayOutputStream(bytes.length / 4);
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
