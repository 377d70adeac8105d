package dev.adp.gateway;

import dev.adp.domain.BaseUrl;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Locale;
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
  private static final String AZURE_ROOT = "/openai";
  private static final Set<String> GENERATING =
      Set.of(
          "/chat/completions", "/completions", "/embeddings", "/responses", "/responses/compact");
  private static final Set<String> FREE = Set.of("/moderations", "/responses/input_tokens");
  private static final List<String> GENERATING_BELOW = List.of("/images/", "/audio/");
  private static final Set<String> FORMS =
      Set.of("/audio/transcriptions", "/audio/translations", "/images/edits", "/images/variations");
  private static final Set<String> FILES = Set.of("/files", "/uploads");
  private static final Set<String> STREAM_OPTIONS = Set.of("/chat/completions", "/completions");

  /** Cancelling, or naming, what there is already. */
  private static final Pattern IDLE =
      Pattern.compile(
          "/responses/[^/]+/cancel|/batches/[^/]+/cancel|/chat/completions/[^/]+|/uploads/[^/]+/(parts|complete|cancel)");

  private static final Pattern RESPONSE = Pattern.compile("/responses/[^/]+");
  private static final Pattern FILE_CONTENT = Pattern.compile("/files/([^/]+)/content");
  private static final Pattern DEPLOYMENT = Pattern.compile("/deployments/([^/]+)(/.*)");

  /** Whether this is a host of Azure OpenAI, which has paths and a header for keys of its own. */
  static boolean isAzure(BaseUrl url) {
    String host = url.host().toLowerCase(Locale.ROOT);
    return host.endsWith(".openai.azure.com") || host.endsWith(".cognitiveservices.azure.com");
  }

  @Override
  public Target target(HttpMethod method, String path) {
    String plain = PathText.without(AZURE_ROOT, PathText.plain(path));
    Matcher deployment = DEPLOYMENT.matcher(plain);
    if (deployment.matches()) {
      Target target = surface(method, deployment.group(2), path);
      return target.generates() ? target.ofModel(deployment.group(1)) : target;
    }
    return surface(method, PathText.without(VERSION, plain), path);
  }

  /**
   * @param plain without version
   */
  private Target surface(HttpMethod method, String plain, String path) {
    if (READING.contains(method)) {
      return Target.showing(
          path, Wire.OPENAI, method.equals(HttpMethod.GET) ? shown(plain) : new Shown.Nothing());
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
    if (FILES.contains(plain)) {
      return Target.idle(path, Wire.OPENAI).with(new ModelIn.File());
    }
    return IDLE.matcher(plain).matches()
        ? Target.idle(path, Wire.OPENAI)
        : Target.unknown(path, Wire.OPENAI);
  }

  /** Any file may be the results of a batch, which its lines tell. */
  private static Shown shown(String plain) {
    Matcher file = FILE_CONTENT.matcher(plain);
    if (file.matches()) {
      return new Shown.Batch(file.group(1), true);
    }
    return RESPONSE.matcher(plain).matches() ? new Shown.Answer() : new Shown.Nothing();
  }

  /**
   * On Azure the base URL may be the host alone, or end in {@code /openai} or {@code /openai/v1}:
   * deployments are below the former, all else that names no root is below the latter.
   */
  @Override
  public String upstreamPath(String basePath, String path) {
    boolean azureRoot = Set.of("", AZURE_ROOT, AZURE_ROOT + VERSION).contains(basePath);
    if (!azureRoot || !isAzure(upstream)) {
      return PathText.below(basePath, path);
    }
    if (path.startsWith(AZURE_ROOT + "/")) {
      return path;
    }
    return path.startsWith("/deployments/")
        ? AZURE_ROOT + path
        : PathText.below(AZURE_ROOT + VERSION, path);
  }
}
