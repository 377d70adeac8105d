package dev.adp.portal;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.IEngineConfiguration;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;
import org.thymeleaf.templateresource.ITemplateResource;
import org.thymeleaf.templateresource.StringTemplateResource;

/**
 * Answers with a page, with a part of a page, or with another address.
 *
 * <p>The engine is our own and not the one of {@code vertx-web-templ-thymeleaf}, which renders only
 * whole files, one at a time.
 */
final class Views {
  private final TemplateEngine engine = new TemplateEngine();
  private final String assets;
  private final Format format;

  Views(String assets, Format format) {
    this.assets = assets;
    this.format = format;
    var resolver = new Unindented();
    resolver.setPrefix("views/");
    resolver.setSuffix(".html");
    resolver.setTemplateMode(TemplateMode.HTML);
    resolver.setCharacterEncoding("UTF-8");
    engine.setTemplateResolver(resolver);
  }

  /** Templates without the spaces that lines begin with: long lists are a third smaller so. */
  private static final class Unindented extends ClassLoaderTemplateResolver {
    private static final Pattern INDENT = Pattern.compile("(?m)^[ \\t]+");

    Unindented() {
      super(Views.class.getClassLoader());
    }

    @Override
    protected ITemplateResource computeTemplateResource(
        IEngineConfiguration configuration,
        @Nullable String ownerTemplate,
        String template,
        String resourceName,
        String characterEncoding,
        Map<String, Object> attributes) {
      ITemplateResource file =
          super.computeTemplateResource(
              configuration, ownerTemplate, template, resourceName, characterEncoding, attributes);
      try (Reader reader = file.reader()) {
        return new StringTemplateResource(INDENT.matcher(reader.readAllAsString()).replaceAll(""));
      } catch (IOException e) {
        throw new UncheckedIOException(resourceName, e);
      }
    }
  }

  void page(RoutingContext ctx, int status, String template, Map<String, ?> model) {
    var all = new HashMap<String, Object>(model);
    Flash.take(ctx).ifPresent(text -> all.put("flash", text));
    if (status >= 400 && ctx.request().method().equals(HttpMethod.POST)) {
      // The form is back: a reload, or a way back here, asks for the page that it is on.
      ctx.response().putHeader("HX-Push-Url", "false");
    }
    send(ctx, status, template, null, all);
  }

  /** One part of a page, for a script that asked for this part by its id. */
  void fragment(
      RoutingContext ctx, int status, String template, String fragment, Map<String, ?> model) {
    send(ctx, status, template, Set.of(fragment), model);
  }

  /** Leads on with GET, whatever the method was: a reload repeats nothing. */
  void seeOther(RoutingContext ctx, String path) {
    ctx.response().setStatusCode(303).putHeader(HttpHeaders.LOCATION, path).end();
  }

  private void send(
      RoutingContext ctx,
      int status,
      String template,
      @Nullable Set<String> fragments,
      Map<String, ?> model) {
    var html = new StringWriter();
    engine.process(template, fragments, new Context(Locale.ENGLISH, common(ctx, model)), html);
    ctx.response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
        .putHeader(HttpHeaders.VARY, "HX-Target")
        .end(html.toString());
  }

  private Map<String, Object> common(RoutingContext ctx, Map<String, ?> model) {
    var all = new HashMap<String, Object>(model);
    all.put("assets", assets);
    all.put("icons", assets + "icons.svg");
    all.put("f", format);
    all.put("theme", Theme.of(ctx).slug());
    all.put("otherTheme", Theme.of(ctx).other().slug());
    all.put("here", ctx.request().uri());
    var request = new Request(ctx);
    if (request.signedIn()) {
      all.put("actor", request.actor());
      all.put("viewer", new Viewer(request.actor(), request.session().hasPassword()));
      all.put("can", new Can(request.actor()));
      all.put("csrf", request.session().csrf());
    }
    return all;
  }
}
