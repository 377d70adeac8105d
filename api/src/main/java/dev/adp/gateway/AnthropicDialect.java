package dev.adp.gateway;

import io.vertx.core.http.HttpMethod;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Anthropic's API; each path also without its {@code /v1}. */
record AnthropicDialect() implements Dialect {
  private static final String VERSION = "/v1";
  private static final Pattern BATCH_RESULTS = Pattern.compile("/messages/batches/([^/]+)/results");

  @Override
  public Target target(HttpMethod method, String path) {
    String plain = PathText.without(VERSION, PathText.plain(path));
    String upstream = path.startsWith(VERSION + "/") ? path : VERSION + path;
    if (READING.contains(method)) {
      Matcher results = BATCH_RESULTS.matcher(plain);
      return method.equals(HttpMethod.GET) && results.matches()
          ? Target.showing(upstream, Wire.ANTHROPIC, new Shown.Batch(results.group(1), true))
          : Target.idle(upstream, Wire.ANTHROPIC);
    }
    return switch (plain) {
      case "/messages", "/complete" -> Target.generating(upstream, Wire.ANTHROPIC);
      // Counting is free: the call is recorded, no tokens are owed.
      case "/messages/count_tokens" ->
          Target.idle(upstream, Wire.ANTHROPIC).with(new ModelIn.Body());
      case "/chat/completions" -> Target.generating(upstream, Wire.OPENAI).withStreamOptions();
      default ->
          plain.matches("/messages/batches/[^/]+/cancel")
              ? Target.idle(upstream, Wire.ANTHROPIC)
              : Target.unknown(upstream, Wire.ANTHROPIC);
    };
  }
}
