package dev.adp.gateway;

import dev.adp.domain.BaseUrl;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * OpenAI's API and its imitators, each path also with a leading {@code /v1}; and Azure's hosts,
 * where a deployment in the path is the model.
 *
 * @param mayAskForUsage whether the upstream takes {@code stream_options}
 */
record OpenAiDialect(BaseUrl upstream, boolean mayAskForUsage) implements Dialect {
  private static final String VERSION = "/v1";
  private static final Set<String> GENERATING =
      Set.of(
          "/chat/completions", "/completions", "/embeddings", "/responses", "/responses/compact");
  private static final Set<String> FREE = Set.of("/moderations", "/responses/input_tokens");
  private static final List<String> GENERATING_BELOW = List.of("/images/", "/audio/");
  private static final Set<String> FORMS =
      Set.of("/audio/transcriptions", "/audio/translations", "/images/edits", "/images/variations");
  private static final Set<String> STREAM_OPTIONS = Set.of("/chat/completions", "/completions");

  /** Cancelling, or naming, what there is already. */
  private static final Pattern IDLE =
      Pattern.compile("/responses/[^/]+/cancel|/batches/[^/]+/cancel|/chat/completions/[^/]+");

  private static final Pattern DEPLOYMENT =
      Pattern.compile("(?:/openai)?/deployments/([^/]+)(/.*)");

  @Override
  public Target target(HttpMethod method, String path) {
    String plain = PathText.without(VERSION, PathText.plain(path));
    Matcher deployment = DEPLOYMENT.matcher(plain);
    if (deployment.matches()) {
      Target target = surface(method, deployment.group(2), path);
      return target.generates() ? target.ofModel(deployment.group(1)) : target;
    }
    return surface(method, plain, path);
  }

  /**
   * @param plain without version
   */
  private Target surface(HttpMethod method, String plain, String path) {
    if (READING.contains(method)) {
      return Target.idle(path, Wire.OPENAI);
    }
    if (GENERATING.contains(plain) || GENERATING_BELOW.stream().anyMatch(plain::startsWith)) {
      Target target = Target.generating(path, Wire.OPENAI);
      if (FORMS.contains(plain)) {
        return target.with(new ModelIn.Form());
      }
      return mayAskForUsage && STREAM_OPTIONS.contains(plain) ? target.withStreamOptions() : target;
    }
    if (FREE.contains(plain)) {
      return Target.idle(path, Wire.OPENAI).with(new ModelIn.Body());
    }
    return IDLE.matcher(plain).matches()
        ? Target.idle(path, Wire.OPENAI)
        : Target.unknown(path, Wire.OPENAI);
  }
}
